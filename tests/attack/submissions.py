"""Submissions made by chance from a seed: filled forms, damaged ones, and requests that are no forms at all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random

from tests.attack import answers
from tests.attack.filling import Visitor, encoded
from tests.attack.reference_parser import Question
from tests.attack.target import Model
from tests.attack.wire import FORM, Request

METHODS = (
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "post",
    "X" * 300,
)
CONTENT_TYPES = (
    "", "text/plain", "application/json", "application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data",
    "multipart/form-data; boundary=x", "multipart/form-data; boundary=", "application/xml", "application/x-pickle",
    "a/b; c=\"", "application/x-www-form-urlencoded; charset=\u00ff", "; ; ;", "application/octet-stream",
    "multipart/mixed; boundary=" + "b" * 300,
)  # fmt: skip
BODIES = (
    b"{}", b"[]", b"NaN", b'{"f0": NaN}', b"[" * 50_000, b'{"f0":1,"f0":2}', b"9" * 5_000, b"\xef\xbb\xbf{}",
    b"\xff\xfe{\x00}\x00", b"--x\r\n", b"--x\r\nContent-Disposition: form-data; name=\"f0\"\r\n\r\n1\r\n--x--\r\n",
    b"--x--", b"<a/>", b"\x80\x04K\x01.", b"\x1f\x8b\x08\x00", b"&&&&", b"====", b"%", b"%f", b"a=%zz", b"f0",
    b"f0=1;f1=2", b"+", b"f0[]=1", b"f0=1&f0=2", b"=1&=2",
)  # fmt: skip
PIECES = (
    "", "models", "predictions", "every-kind", "comma", "static", "..", ".", "%2e%2e", "%2f", "\\", "~", "\x00",
    "\u202e", "etc", "passwd", "about", "help", "readyz", "livez", "metrics", "admin", "api", "v1", "invocations",
    "\ud800", "\U0001f600", "a" * 3_000, "A" * 22, "-" * 22, "AAAAAAAAAAAAAAAAAAAAA=", "<script>", "{{7*7}}",
    "favicon.ico", "css", "js", "robots.txt", ";", "?", "#",
)  # fmt: skip
QUERIES = (
    "", "example=1", "last=1", "from=x", "from=" + "A" * 22, "from=%ff", "from=%00", "example=1&last=1&from=",
    "q=" + "a" * 5_000, "%", "=&=&=", "example=%F0%9F%98%80", "last[]=1", "from=../../x", "v=1", "a=" + "b" * 50_000,
)  # fmt: skip
HEADERS = {
    "Host": ("evil.example", "", "a b", "[::1", "localhost:99999", "\u00e9", "x" * 5_000, "localhost/../"),
    "Cookie": ("session=x", "session=" + "a" * 9_000, "=;=;", "session=.eJ; session=b", "\xff", "a=b; " * 2_000),
    "Origin": ("null", "http://evil.example", "http://localhost", "http://[", "\xff"),
    "Sec-Fetch-Site": ("cross-site", "same-site", "none", "SAME-ORIGIN", "?"),
    "Accept": ("application/json", "*/*;q=x", "text/html;q=1e400", ",,,,", "\xff", "a/b" * 2_000),
    "Content-Encoding": ("gzip", "identity", "br, gzip", ""),
    "Content-Length": ("-1", "abc", "999999", "0", "1e3", "9" * 400, "\u0661", "", " 5"),
    "Transfer-Encoding": ("chunked", "gzip", "x"),
    "X-HTTP-Method-Override": ("DELETE", "PUT"),
    "X-Forwarded-For": ("1.2.3.4", "x" * 5_000),
    "X-Forwarded-Host": ("evil.example",),
    "X-Forwarded-Proto": ("https", "javascript"),
    "X-Request-ID": ("a\r\nb", "x" * 5_000),
    "If-None-Match": ('"x"', "*", "W/", '"' * 500),
    "If-Modified-Since": ("never", "Thu, 01 Jan 1970 00:00:00 GMT"),
    "Range": ("bytes=0-0", "bytes=-1", "bytes=9-1", "bytes=" + "0-0," * 500),
    "Accept-Language": ("de", "x" * 3_000),
    "Referer": ("http://evil.example/", "\xff"),
    "Authorization": ("Basic !!!", "Bearer " + "a" * 3_000, "Basic OjpPOg=="),
}
BLANKS, BLANK_SHARE = ("", " ", "\u00a0", "\u200b"), 0.15
STRANGERS = (
    "f99",
    "data",
    "errors",
    "_method",
    "__proto__",
    "csrf_token2",
    "f0-day",
    "f-1",
    "formdata",
    "meta",
    "\u202e",
    "f0[]",
)


@dataclass(frozen=True)
class Attempt:
    """One request. With a model it is a form, of which the fate is known from its bytes alone."""

    kind: str
    request: Request
    model: Model | None = None
    is_certain: bool = True  # False: the headers may have it refused before its form is read


class Attacker:
    """Draws attempts; equal seeds draw equal attempts but for tokens."""

    def __init__(self, visitor: Visitor, seed: int):
        self.visitor = visitor
        self.random = Random(seed)
        self.drawn = 0

    def attempts(self, count: int) -> Iterator[Attempt]:
        kinds: tuple[tuple[Callable[[], Attempt], int], ...] = (
            (self.filled, 55),
            (self.damaged_bytes, 10),
            (self.huge, 3),
            (self.sent_twice, 3),
            (self.broken_session, 4),
            (self.wrong_type, 8),
            (self.with_headers, 7),
            (self.anywhere, 10),
        )
        chosen = self.random.choices([kind for kind, _ in kinds], [weight for _, weight in kinds], k=count)
        for kind in chosen:
            self.drawn += 1
            yield kind()

    def filled(self) -> Attempt:
        model = self.random.choice(self.visitor.models)
        return self._form("filled", model, encoded(self._fields(model)))

    def damaged_bytes(self) -> Attempt:
        model = self.random.choice(self.visitor.models)
        body = bytearray(encoded(self._fields(model)))
        for _ in range(self.random.randint(1, 4)):
            place = self.random.randrange(len(body))
            body[place : place + self.random.randint(0, 2)] = self.random.randbytes(self.random.randint(0, 2))
        return self._form("damaged bytes", model, bytes(body))

    def huge(self) -> Attempt:
        model = self.random.choice(self.visitor.models)
        fields = self._fields(model)
        more = self.random.choice(
            (
                {f"g{number}": "" for number in range(self.random.choice((400, 480, 600, 5_000)))},
                {"g" * self.random.choice((100, 101, 50_000)): "1"},
                {"f0": "1" * self.random.choice((9_999, 10_000, 10_001, 300_000))},
            )
        )
        return self._form("huge", model, encoded(fields | more))

    def sent_twice(self) -> Attempt:
        model = self.random.choice(self.visitor.models)
        pairs = encoded(self._fields(model)).split(b"&")
        again = self.random.choice(pairs).partition(b"=")[0] + b"=" + self.random.choice(pairs).partition(b"=")[2]
        pairs.insert(self.random.randrange(len(pairs)), again)
        return self._form("sent twice", model, b"&".join(pairs))

    def broken_session(self) -> Attempt:
        model = self.random.choice(self.visitor.models)
        fields = self._fields(model)
        name = self.random.choice(("csrf_token", "version", "nonce"))
        fields[name] = self.random.choice(("", answers.mutated(fields.get(name, ""), self.random), "x" * 200, "\u202e"))
        return self._form("broken session", model, encoded(fields))

    def wrong_type(self) -> Attempt:
        model = self.random.choice(self.visitor.models)
        bodies = (*BODIES, encoded(self._fields(model)), self.random.randbytes(self.random.randint(1, 3_000)))
        body, content_type = self.random.choice(bodies), self.random.choice((*CONTENT_TYPES, FORM))
        attempt = self._form("wrong type", model, body)
        return replace(attempt, request=replace(attempt.request, content_type=content_type), is_certain=False)

    def with_headers(self) -> Attempt:
        model = self.random.choice(self.visitor.models)
        attempt = self._form("headers", model, encoded(self._fields(model)))
        return replace(attempt, request=replace(attempt.request, headers=self._headers()), is_certain=False)

    def anywhere(self) -> Attempt:
        pieces = self.random.choices(PIECES, k=self.random.randint(1, 4))
        rules = [rule.rule for rule in self.visitor.target.app.url_map.iter_rules()]
        path = self.random.choice(("/" + "/".join(pieces), self.random.choice(rules), self._known_path()))
        request = Request(
            method=self.random.choice(METHODS) if self.random.random() < 0.6 else "GET",
            path=path,
            query=self.random.choice(QUERIES),
            body=self.random.choice(BODIES) if self.random.random() < 0.3 else b"",
            content_type=self.random.choice((*CONTENT_TYPES, FORM)),
            headers=self._headers() if self.random.random() < 0.5 else {},
        )
        return Attempt("anywhere", request)

    def _known_path(self) -> str:
        model = self.random.choice(self.visitor.models).name
        ends = ("", "/about", "/", "/versions", "/template.csv", "/history", "/what-if", "/batches")
        return f"/models/{model}{self.random.choice(ends)}"

    def _form(self, kind: str, model: Model, body: bytes) -> Attempt:
        headers = {"Cookie": self.visitor.cookie}
        return Attempt(kind, Request("POST", model.path, "", body, FORM, headers), model)

    def _headers(self) -> dict[str, str]:
        names = self.random.sample(sorted(HEADERS), self.random.randint(1, 4))
        return {"Cookie": self.visitor.cookie} | {name: self.random.choice(HEADERS[name]) for name in names}

    def _fields(self, model: Model) -> dict[str, str]:
        page = self.visitor.pages[model.name]
        fields = page.hidden | {"nonce": f"{page.hidden['nonce']}{self.drawn}"}
        if "business_key" in page.fields:
            fields["business_key"] = self.random.choice(("", "C-1", "\u00e9" * 100, "\U0001f600", "x" * 101, " 7 "))
        for question in model.questions:
            fields |= self._answer(model, question)
        if self.random.random() < 0.1:
            fields[self.random.choice(STRANGERS)] = self.random.choice(answers.HOSTILE)
        if self.random.random() < 0.05:
            fields.pop(self.random.choice(list(fields)))
        return fields

    def _answer(self, model: Model, question: Question) -> dict[str, str]:
        names = model.field_names(question)
        way = self.random.random()
        if question.is_picked:
            options = [posted for posted in self.visitor.pages[model.name].fields[names[0]].options if posted]
            chosen = self.random.choice(options)
            return {names[0]: chosen if way < 0.97 else self.random.choice((*question.levels, *answers.HOSTILE))}
        if question.optional and self.random.random() < BLANK_SHARE:
            return dict.fromkeys(names, self.random.choice(BLANKS))
        draw = answers.plain if way < 0.8 else answers.odd if way < 0.95 else answers.hostile
        return dict(zip(names, draw(question, self.random), strict=True))
