"""A small app around the templates: forms of schemas made by hand, without a model or a database."""

from flask import Flask, render_template, request, url_for
from flask_wtf import CSRFProtect

from tests.forms import schemas
from webapp.forms.prediction import form_class_for

TABS = [("Ask", "/", False), ("About", "/about", True)]
WORDS = {"question": "Will this customer leave?", "objective": "", "notice": ""}
FORMS = {
    "every-kind": schemas.every_kind(),
    "hundred": schemas.hundred_questions(),
    "hostile": schemas.hostile(),
    "grouped": schemas.grouped(),
}
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)


def scratch_app(root: str) -> Flask:
    app = Flask("scratch", template_folder=f"{root}/templates", static_folder=f"{root}/static")
    app.secret_key = "only for tests, and long enough for one"
    CSRFProtect(app)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    classes = {name: form_class_for(schema) for name, schema in FORMS.items()}

    _frame(app)

    def ask(model: str):
        form = classes[model]()
        form.version.data = "v1"
        if request.args.get("example"):
            form.fill_example()
        status = 422 if request.method == "POST" and not form.validate() else 200
        notice = {"title": "Please check your answers", "text": "Your session was refreshed."}
        page = render_template(
            "pages/predict/ask.html",
            form=form,
            words=WORDS,
            model_title="Customer churn",
            tabs=[("Ask", f"/models/{model}", True), ("About", "/about", False)],
            form_url=f"/models/{model}",
            example_url="?example=1",
            clear_url=f"/models/{model}",
            is_example=bool(request.args.get("example")),
            notice=notice if request.args.get("refreshed") else None,
        )
        return page, status

    app.add_url_rule("/models/<model>", "predict.ask", ask, methods=["GET", "POST"])
    for url, (endpoint, template, context) in _plain_pages().items():
        context = {"model_title": "Customer churn", "tabs": TABS} | context
        app.add_url_rule(url, endpoint, lambda t=template, c=context: render_template(t, **c))
    return app


def _frame(app: Flask) -> None:
    app.add_template_global(url_for, "address")

    @app.template_global()
    def asset(path: str) -> str:
        return f"/static/{path}"

    @app.after_request
    def guard(response):
        response.headers["Content-Security-Policy"] = CSP
        return response


def _plain_pages() -> dict[str, tuple[str, str, dict]]:
    facts = {"title": "How good it is", "paragraphs": ["Judged on cases it had not seen."], "points": ["One", "Two"]}
    table = {"caption": "By contract", "columns": [("Contract", False), ("Cases", True)], "rows": [["Yearly", "10"]]}
    card = {
        "title": "Customer churn",
        "question": "Will this customer leave?",
        "what": "19 questions, about 2 minutes",
        "status": {"kind": "good", "words": "In use"},
        "facts": ["Learned 12 Oct 2026, version 7"],
        "url": "/models/grouped",
        "action": "Ask",
        "is_off": False,
    }
    retired = card | {"status": {"kind": "off", "words": "Retired"}, "action": "Read why", "is_off": True}
    answer = {"answer": "Will probably leave", "url": "/", "question": "Customer churn", "asked": "3 Oct 2026"}
    answers = [answer | {"reference": "7Q4M Z2VK", "business_key": "C-1"}]
    found = {"models": [card, retired], "search_hint": "Its reference"}
    refused = [{"question": "Is it better than guessing?", "reason": "The same answer for everybody would be as good"}]
    pages = {
        "/": ("models.index", "pages/models/index.html", {**found, "answers": answers}),
        "/nothing-found": ("nothing", "pages/models/index.html", {**found, "search_problem": "Not found"}),
        "/help": ("help.help", "pages/help/help.html", {}),
        "/accessibility": ("help.accessibility", "pages/help/accessibility.html", {}),
        "/privacy": ("help.privacy", "pages/help/privacy.html", {"keep_days": 365}),
        "/empty": ("empty", "pages/models/empty.html", {}),
        "/paused": (
            "paused",
            "pages/models/paused.html",
            {"number": 3, "refused": refused, "command": "python -m webapp"},
        ),
        "/about": ("models.about", "pages/models/about.html", {"sections": [facts | {"tables": [table]}]}),
    }
    for status in (400, 401, 403, 404, 405, 409, 413, 415, 418, 429, 500, 503):
        pages[f"/problem/{status}"] = (
            f"p{status}",
            "pages/errors/problem.html",
            {"status": status, "request_id": "7f3a"},
        )
    return pages


PLAIN_PAGES = ["/", "/nothing-found", "/help", "/accessibility", "/privacy", "/empty", "/paused", "/about"] + [
    f"/problem/{status}" for status in (400, 401, 403, 404, 405, 409, 413, 415, 418, 429, 500, 503)
]
