"""People in browsers: invited, signed in, with a page of every kind behind them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from tests.browser.answering import MOST_TABS, press_enter, tab_to
from tests.browser.site import Site
from webapp.passwords import hash_password
from webapp.records import users
from webapp.records.actors import SYSTEM
from webapp.records.invitations import invite
from webapp.records.tables import sign_in_attempts
from webapp.records.users import NewUser, User

PASSWORD = "four words in a row"
TOKEN_IN_LINK = re.compile(r"/invitations/[\w-]+")
FORM = "/models/rent"


def add(site: Site, name: str, role: str, *, has_password: bool = True) -> User:
    hashed = hash_password(PASSWORD) if has_password else None
    with site.database.writing() as connection:
        connection.execute(sign_in_attempts.delete())  # all tests come from one address
        return users.add(connection, NewUser(f"{name.lower()}@example.org", name, role, hashed), SYSTEM)


def link_for(site: Site, user: User) -> str:
    """What an administrator would pass on."""
    with site.database.writing() as connection:
        return f"{site.address}/invitations/{invite(connection, user.id, SYSTEM)}"


def end_sessions(site: Site, user: User) -> None:
    """What half an hour without use does."""
    with site.database.writing() as connection:
        users.end_sessions(connection, user.id)


def press(page: Page, words: str) -> Page:
    """Press the button or link with these words in the page itself, and wait for what comes."""
    with page.expect_event("load"):
        page.locator(f'main :is(a, button):has-text("{words}")').first.click()
    return page


def sign_in(page: Page, name: str, password: str = PASSWORD) -> Page:
    """On the page of signing in."""
    page.fill("#name", f"{name.lower()}@example.org")
    page.fill("#password", password)
    return press(page, "Sign in")


def type_and_press(page: Page, typed: dict[str, str], words: str) -> Page:
    """By keyboard alone, from where the focus is."""
    for control, text in typed.items():
        tab_to_control(page, control)
        page.keyboard.type(text)
    tab_to(page, words)
    return press_enter(page)


def tab_to_control(page: Page, control: str) -> None:
    for _ in range(MOST_TABS):
        if page.evaluate("document.activeElement.id") == control:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached {control}")


@dataclass(frozen=True)
class Visited:
    """A page with somebody signed in, one with nobody, and how each state is reached in one of them."""

    site: Site
    administrator: Page
    stranger: Page
    addresses: dict[str, str]

    @classmethod
    def prepared(cls, browser: Browser, site: Site) -> "Visited":
        boss, member = add(site, "Edith", "administrator"), add(site, "Ruth", "viewer")
        off, invited = add(site, "Zoe", "analyst"), add(site, "Alan", "recorder", has_password=False)
        with site.database.writing() as connection:
            users.disable(connection, off.id, boss.actor())
        settings = {"bypass_csp": True, "reduced_motion": "reduce"}
        pages = [browser.new_context(**settings).new_page() for _ in range(2)]
        pages[0].goto(f"{site.address}/sign-in")
        sign_in(pages[0], "Edith")
        addresses = {
            "invitation": link_for(site, invited),
            "new password": link_for(site, member),
            "person": f"/admin/users/{member.id}",
            "person kept out": f"/admin/users/{off.id}",
            "oneself": f"/admin/users/{boss.id}",
        }
        return cls(site, *pages, addresses)

    def show(self, name: str) -> Page:
        """One of the two pages in the state of that name."""
        return self.bring(self.stranger if name in BY_STRANGERS else self.administrator, name)

    def bring(self, page: Page, name: str) -> Page:
        """This page into that state."""
        (BY_STRANGERS | BY_ADMINISTRATORS)[name](self, page)
        return page

    def go(self, page: Page, path: str) -> Page:
        page.goto(path if "://" in path else self.site.address + path)
        return page


Show = Callable[[Visited, Page], object]


def _at(path: str) -> Show:
    return lambda visited, page: visited.go(page, visited.addresses.get(path, path))


def _pressed(path: str, words: str) -> Show:
    return lambda visited, page: press(_at(path)(visited, page), words)


def _made_key(visited: Visited, page: Page) -> Page:
    visited.go(page, "/account/keys/new")
    page.fill("#label", "Nightly import of the warehouse")
    page.check("#view")
    return press(page, "Make the key")


def _revoking(visited: Visited, page: Page) -> Page:
    _made_key(visited, page)
    return press(visited.go(page, "/account"), "Revoke")


def _invited(visited: Visited, page: Page) -> Page:
    return press(visited.go(page, visited.addresses["person"]), "Make a link")


BY_STRANGERS: dict[str, Show] = {
    "sign in": _at("/sign-in?next=/account"),
    "sign in refused": _pressed("/sign-in", "Sign in"),
    "signed out": _at("/sign-in?out=1"),
    "invitation": _at("invitation"),
    "invitation refused": _pressed("invitation", "Set the password"),
    "new password": _at("new password"),
    "dead link": _at("/invitations/nothing"),
}
BY_ADMINISTRATORS: dict[str, Show] = {
    "account": _at("/account"),
    "password refused": _pressed("/account/password", "Change the password"),
    "key": _at("/account/keys/new"),
    "key refused": _pressed("/account/keys/new", "Make the key"),
    "new key": _made_key,
    "revoking": _revoking,
    "people": _at("/admin/users"),
    "inviting refused": _pressed("/admin/users/new", "Make the link"),
    "link": _invited,
    "person": _at("person"),
    "person kept out": _at("person kept out"),
    "oneself": _at("oneself"),
    "work on files": _at("/admin/workers"),
    "audit": _at("/admin/audit"),
    "audit refused": _at("/admin/audit?since=yesterday"),
    "audit without entries": _at("/admin/audit?who=nobody"),
    "form with a name": _at(FORM),
    "nothing there with a name": _at("/nothing"),
}
STATES = (*BY_STRANGERS, *BY_ADMINISTRATORS)
