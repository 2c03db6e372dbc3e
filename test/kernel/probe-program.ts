/**
 * What runs in each namespace that probes leave from: a Python program that reads probes as JSON from standard input,
 * makes them side by side, and writes what its system calls answered. Raw sockets for ICMP; for UDP the TTL of the
 * answer is read too.
 */
export const PROBE_PROGRAM = `
import errno, json, os, socket, struct, sys, threading, time

PATIENCE = 4.0
BATCH = 100
MAPPED = {(3, 0): "ENETUNREACH", (3, 1): "EHOSTUNREACH", (3, 2): "ENOPROTOOPT", (3, 4): "EMSGSIZE", (3, 9): "ENETUNREACH", (3, 10): "EHOSTUNREACH", (3, 13): "EHOSTUNREACH", (11, 0): "EHOSTUNREACH"}

def answered(text):
    server, _, seen = text.partition(" sees ")
    return {"outcome": "replied", "server": server, "seen": seen.strip()}

def options(s, probe):
    if probe.get("ttl"):
        s.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, probe["ttl"])
    if probe.get("dontFragment"):
        s.setsockopt(socket.IPPROTO_IP, 10, 2)  # IP_MTU_DISCOVER, IP_PMTUDISC_DO

def tcp(probe):
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    options(s, probe)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.settimeout(PATIENCE)
    s.bind((probe.get("source", "0.0.0.0"), probe["sourcePort"]))
    s.connect((probe["address"], probe["port"]))
    s.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
    data = b""
    while True:
        part = s.recv(4096)
        if not part:
            break
        data += part
    s.close()
    return answered(data.decode().split("\\r\\n\\r\\n", 1)[-1])

def udp(probe):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(PATIENCE)
    options(s, probe)
    s.setsockopt(socket.IPPROTO_IP, 12, 1)  # IP_RECVTTL
    s.bind((probe.get("source", "0.0.0.0"), probe["sourcePort"]))
    s.connect((probe["address"], probe["port"]))
    s.send(b"x" * probe.get("bytes", 8))
    data, extra, _, _ = s.recvmsg(4096, 64)
    result = answered(data.decode())
    for level, kind, value in extra:
        if level == socket.IPPROTO_IP and kind == socket.IP_TTL:
            result["ttl"] = struct.unpack("i", value)[0]
    s.close()
    return result

def checksum(data):
    data += b"\\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total >> 16) + (total & 0xFFFF)
    return ~total & 0xFFFF

def icmp(probe):
    identifier = probe["sourcePort"]
    s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    header = struct.pack("!BBHHH", 8, 0, 0, identifier, 1)
    body = b"x" * probe.get("bytes", 56)
    packet = struct.pack("!BBHHH", 8, 0, checksum(header + body), identifier, 1) + body
    options(s, probe)
    s.sendto(packet, (probe["address"], 0))
    end = time.time() + PATIENCE
    while True:
        left = end - time.time()
        if left <= 0:
            raise socket.timeout()
        s.settimeout(left)
        data, peer = s.recvfrom(4096)
        start = (data[0] & 15) * 4
        kind, code = data[start], data[start + 1]
        if kind == 0 and struct.unpack("!H", data[start + 4:start + 6])[0] == identifier:
            return {"outcome": "replied", "server": peer[0], "ttl": data[8]}
        if kind in (3, 11):
            inner = start + 8
            inner_start = inner + (data[inner] & 15) * 4
            if data[inner + 9] == 1 and struct.unpack("!H", data[inner_start + 4:inner_start + 6])[0] == identifier:
                return {"outcome": MAPPED.get((kind, code), "ECONNREFUSED"), "from": peer[0]}

def run(probe, results):
    try:
        result = {"tcp": tcp, "udp": udp, "icmp": icmp}[probe["protocol"]](probe)
    except socket.timeout:
        result = {"outcome": "timeout"}
    except Exception as problem:
        result = {"outcome": errno.errorcode.get(getattr(problem, "errno", None), str(problem))}
    result["id"] = probe["id"]
    results.append(result)

probes = json.load(sys.stdin)
results = []
for first in range(0, len(probes), BATCH):
    threads = [threading.Thread(target=run, args=(probe, results)) for probe in probes[first:first + BATCH]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
json.dump(results, sys.stdout)
`;
