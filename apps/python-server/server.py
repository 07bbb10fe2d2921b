"""http.server on port 8000, threads of the standard library, and an asyncio echo server on port 8001."""
import asyncio
import http.server
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(b"python " + self.path.encode())

    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def log_message(self, *args):
        pass


async def echo(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def main():
    server = await asyncio.start_server(echo, "0.0.0.0", 8001)
    print("ready", flush=True)
    await server.serve_forever()


web = http.server.ThreadingHTTPServer(("0.0.0.0", 8000), Handler)
threading.Thread(target=web.serve_forever, daemon=True).start()
asyncio.run(main())
