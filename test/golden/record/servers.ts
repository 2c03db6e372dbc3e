/** hello-app, byte for byte: Go's net/http writes these headers, in this order. */
const hello = (hostname: string) => `
import socket, threading
from email.utils import formatdate
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("0.0.0.0", 8080))
s.listen(4096)
body = "Hello, world!\\nVersion: 1.0.0\\nHostname: ${hostname}\\n"
def answer(c):
    try:
        while True:
            text = b""
            while b"\\r\\n\\r\\n" not in text:
                part = c.recv(4096)
                if not part:
                    return
                text += part
            head = text.startswith(b"HEAD")
            c.sendall(("HTTP/1.1 200 OK\\r\\nDate: %s\\r\\nContent-Length: %d\\r\\nContent-Type: text/plain; charset=utf-8\\r\\n\\r\\n%s" % (formatdate(usegmt=True), len(body), "" if head else body)).encode())
            if b"Connection: close" in text or b"connection: close" in text:
                return
    except OSError:
        pass
    finally:
        c.close()
while True:
    c, _ = s.accept()
    threading.Thread(target=answer, args=(c,), daemon=True).start()
`;

/** Who answers, where the exported network's own little servers would say something else. */
export const SERVERS: readonly { readonly netns: string; readonly program: string }[] = [
  { netns: 'default/web-1', program: hello('web-1') },
  { netns: 'default/web-2', program: hello('web-2') },
];
