#!/usr/bin/python3
"""Deep-zoom tiles as openslide-python and Pillow make them: DeepZoomGenerator.get_tile, saved as JPEG.

Usage: openslide_peer.py serve SLIDE TILE_SIZE QUALITY PROCESSES   prints its port, answers GET /LEVEL/COLUMN_ROW.jpg
       openslide_peer.py loop SLIDE TILE_SIZE QUALITY < TILES      one process, no HTTP; prints one line of JSON

"serve" is the standard library's http.server with HTTP/1.1 and kept connections, in PROCESSES processes that share one
socket: kinder to openslide-python than its own example server, which is one process of Flask's development server.
"""
import http.server
import io
import json
import os
import socket
import socketserver
import sys
import time

from openslide import OpenSlide
from openslide.deepzoom import DeepZoomGenerator


def maker(path, tile_size, quality):
    zoom = DeepZoomGenerator(OpenSlide(path), tile_size=tile_size, overlap=0)

    def make(level, column, row):
        buffer = io.BytesIO()
        zoom.get_tile(level, (column, row)).save(buffer, "jpeg", quality=quality)
        return buffer.getvalue()

    return make


def loop(path, tile_size, quality):
    tiles = [tuple(map(int, line.split())) for line in sys.stdin]
    make = maker(path, tile_size, quality)
    began, used = time.perf_counter(), time.process_time()
    sizes = [len(make(*tile)) for tile in tiles]
    seconds, cpu = time.perf_counter() - began, time.process_time() - used
    print(json.dumps({"tiles": len(sizes), "bytes": sum(sizes), "seconds": seconds, "cpuSeconds": cpu}))


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


def serve(path, tile_size, quality, processes):
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(listening.getsockname()[1], flush=True)
    for _ in range(processes - 1):
        if os.fork() == 0:
            break
    make = maker(path, tile_size, quality)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_GET(self):
            level, tile = self.path.strip("/").split("/")
            column, row = tile.split(".")[0].split("_")
            body = make(int(level), int(column), int(row))
            self.send_response(200)
            self.send_header("Content-Type", "image/jpeg")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, *_):
            pass

    server = Server(listening.getsockname(), Handler, bind_and_activate=False)
    server.socket = listening
    server.serve_forever()


if __name__ == "__main__":
    kind, path, tile_size, quality = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    if kind == "loop":
        loop(path, tile_size, quality)
    else:
        serve(path, tile_size, quality, int(sys.argv[5]))
