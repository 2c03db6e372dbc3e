/**
 * The servers of an exported network: a Python program that listens on the sockets that it is given as arguments
 * (`tcp:0.0.0.0:8080`; `udp:0.0.0.0:53:pktinfo` answers from the address that was asked) and tells every client the machine's name and the client's address as the machine sees it.
 */
export const SERVER_PROGRAM = `import os, socket, sys, threading
name = sys.argv[1]
def tcp(s):
    while True:
        c, peer = s.accept()
        threading.Thread(target=answer, args=(c, peer), daemon=True).start()
def answer(c, peer):
    try:
        c.settimeout(5)
        c.recv(4096)
        body = "%s sees %s\\n" % (name, peer[0])
        c.sendall(("HTTP/1.0 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n%s" % (len(body), body)).encode())
        c.shutdown(socket.SHUT_WR)
        c.recv(1)
    except OSError:
        pass
    finally:
        c.close()
def udp(s):
    while True:
        _, asked, _, peer = s.recvmsg(4096, 64)
        try:
            # The same address of ours, by whichever device the route says.
            asked = [(level, kind, bytes(4) + data[4:]) for level, kind, data in asked]
            s.sendmsg([("%s sees %s\\n" % (name, peer[0])).encode()], asked, 0, peer)
        except OSError:
            pass
sockets = []
for spec in sys.argv[2:]:
    proto, address, port, *flags = spec.split(":")
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM if proto == "tcp" else socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if "pktinfo" in flags:
        s.setsockopt(socket.IPPROTO_IP, 8, 1)
    s.bind((address, int(port)))
    if proto == "tcp":
        s.listen(1024)
    sockets.append((tcp if proto == "tcp" else udp, s))
# They listen: whoever started this need not wait longer.
if os.fork():
    os._exit(0)
os.setsid()
for stream in 0, 1, 2:
    os.dup2(os.open(os.devnull, os.O_RDWR), stream)
for serve, s in sockets:
    threading.Thread(target=serve, args=(s,), daemon=True).start()
threading.Event().wait()
`;
