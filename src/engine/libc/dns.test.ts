import { expect, test } from 'vitest';
import { type DnsMessage, dnsMessageSize, dnsPayload, dnsQuestion } from './dns.ts';

test('a query for kubernetes.default.svc.cluster.local takes 54 bytes, as CoreDNS logs it', () => {
  expect(dnsMessageSize(dnsQuestion(1, 'kubernetes.default.svc.cluster.local', 'A'))).toBe(54);
});

test('names are compressed: an answer for the same name adds 16 bytes', () => {
  const query = dnsQuestion(1, 'kubernetes.default.svc.cluster.local', 'A');
  const answer: DnsMessage = {
    ...query,
    response: true,
    answer: [{ name: query.question.name, ttl: 30, type: 'A', address: '100.64.0.1' }],
  };
  expect(dnsMessageSize(answer)).toBe(54 + 16);
  expect(dnsPayload(answer).summary).toBe('A 100.64.0.1');
});

test('a payload says in a line what it carries', () => {
  const query = dnsQuestion(1, 'x.', 'AAAA');
  expect(dnsPayload(query).summary).toBe('AAAA? x.');
  expect(dnsPayload({ ...query, response: true, rcode: 'NXDOMAIN' }).summary).toBe('NXDOMAIN');
  expect(dnsPayload({ ...query, response: true }).summary).toBe('NODATA');
});
