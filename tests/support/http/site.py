"""A small newspaper site for scrapers to fetch: invented pages over real HTTP on this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support.articles.newspaper import PLACES, page

FERRY = page(
    "The ferry to Skarø returns",
    [
        "The ferry to Skarø will run again from Monday, the harbour office in Svendborg said on Friday.",
        "“We have waited nine months for this ship,” said Grace Adeyemi, who keeps the shop on the island.",
        f"Henrik Dahl of the port authority put the repair at 4 million euros, paid by {PLACES[3]}.",
        "The boat leaves at seven in the morning and comes back at noon, and in summer twice a day.",
    ],
    template=2,
).encode()
MILL = page(
    "Die alte Mühle wird geöffnet",
    [
        "Die Mühle in Überlingen öffnet im Frühling für alle, sagte Bürgermeister Jürgen Köhler.",
        "„Wir haben lange auf den Schlüssel gewartet“, sagte er, und für die Führung braucht man nichts.",
        "Die Räder drehen sich täglich außer montags, und die Schüler der Grundschule backen ihr Brot.",
    ],
).encode("cp1252")
LINKS = b"".join(
    b"<a href='%s'>more</a>" % path for path in (b"/ferry", b"/mill", b"/short", b"/huge", b"/gone")
)
HTML = "text/html; charset=utf-8"
HUGE = 9 * 1_048_576
PAGES = {
    "/": (HTML, b"<html><body>" + LINKS + b"</body></html>"),
    "/ferry": (HTML, FERRY),
    "/mill": ("text/html; charset=windows-1252", MILL),
    "/2026/mill": ("text/html; charset=windows-1252", MILL),
    "/huge": (HTML, b"<p>" + b"x" * HUGE),
}
MOVED = {"/short": "/2026/mill"}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer with a page, a redirect, or 404."""
        media, content = PAGES.get(self.path, (HTML, b"<p>There is nothing here."))
        self.send_response(302 if self.path in MOVED else 200 if self.path in PAGES else 404)
        if self.path in MOVED:
            self.send_header("Location", MOVED[self.path])
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def newspaper() -> Iterator[str]:
    """The URL of the site, `http://127.0.0.1:PORT`, which is served within the block."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
