# Echoes one connection on port 1234.
import socket

with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM) as l:
    l.bind((socket.VMADDR_CID_ANY, 1234))
    l.listen()
    c, peer = l.accept()
    print("from CID", peer[0])
    n = 0
    with c:
        while data := c.recv(65536):
            c.sendall(data)
            n += len(data)
    print(n, "bytes")
