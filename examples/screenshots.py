"""python -m examples.screenshots: the pages of the three examples as pictures, in docs/images."""

import base64
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.process import running
from examples.small_png import write_png
from webapp.config import PROJECT_ROOT

FOLDER = PROJECT_ROOT / "docs" / "images"
CHROMIUM = os.environ.get("FORMCAST_BROWSER") or "/usr/bin/chromium"
DESK, SHEET, TALL = {"width": 1100, "height": 760}, {"width": 794, "height": 1123}, {"width": 1100, "height": 1900}
Typed = Mapping[str, str]
# What is typed over the example answers: a case that shows something, what nobody could use, and what is changed then.
CASES: Mapping[str, tuple[Typed, Typed, Typed]] = {
    "loans": (
        {"Amount (€)": "24000", "Late payments": "2", "Monthly income (€)": "2100", "Savings (€)": ""},
        {"Amount (€)": "a lot", "Term (months)": "240", "Monthly income (€)": ""},
        {"Amount": "15000"},
    ),
    "diabetes": (
        {"Body mass index": "33.4", "Average blood pressure (mmHg)": "104", "Total cholesterol (mg/dL)": "228"},
        {"Age (years)": "fifty", "Body mass index": ""},
        {"Body mass index": "27"},
    ),
    "wine": ({"Hue": "0.71", "Colour intensity": "7.4"}, {"Alcohol": "13,2%", "Proline": "-4"}, {"Hue": "1.1"}),
}
ASK, WORK_OUT = "Get prediction", "Work it out"
PIXELS = """async (url) => {
    const picture = await createImageBitmap(await (await fetch(url)).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height), context = canvas.getContext("2d");
    context.drawImage(picture, 0, 0);
    const data = context.getImageData(0, 0, picture.width, picture.height).data;
    let text = "";
    for (let at = 0; at < data.length; at += 32768) text += String.fromCharCode(...data.subarray(at, at + 32768));
    return [picture.width, picture.height, btoa(text)];
}"""


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = {"DATABASE_URL": f"sqlite:///{Path(folder) / 'formcast.db'}", "FORMCAST_ACCESS": "open"}
        for command in (("release",), ("simulate", "loans")):
            run = [sys.executable, "-m", "webapp", *command]
            subprocess.run(run, check=True, cwd=PROJECT_ROOT, env={**os.environ, **settings}, stdout=subprocess.DEVNULL)
        with running(settings, Path(folder) / "log", workers=1) as service, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=shutil.which(CHROMIUM), args=["--no-sandbox"])
            for model in CASES:
                take(browser, f"http://127.0.0.1:{service.port}/models/{model}", model)
            watch(browser, f"http://127.0.0.1:{service.port}/models/loans/monitoring")
            browser.close()


def take(browser: Browser, address: str, model: str) -> None:
    """The form, the form with errors, the answer, the answer on paper, and a what-if."""
    case, mistakes, changes = CASES[model]
    page = browser.new_page(viewport=DESK, reduced_motion="reduce")
    page.goto(address)
    keep(page, f"{model}-form", is_whole=False)
    send(page, f"{address}?example=1", mistakes, ASK)
    keep(page, f"{model}-error", is_whole=False)
    send(page, f"{address}?example=1", case, ASK)
    keep(page, f"{model}-result", is_whole=True)
    page.set_viewport_size(SHEET)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    keep(page, f"{model}-print", is_whole=True)
    page.set_viewport_size(DESK)
    page.emulate_media(media="screen")
    send(page, f"{page.url}/what-if", changes, WORK_OUT)
    keep(page, f"{model}-what-if", is_whole=False)
    page.close()


def watch(browser: Browser, address: str) -> None:
    """How the loan book is doing, down to the first charts."""
    page = browser.new_page(viewport=TALL, reduced_motion="reduce")
    page.goto(address)
    keep(page, "loans-monitoring", is_whole=False)
    page.close()


def send(page: Page, address: str, typed: Typed, button: str) -> None:
    page.goto(address)
    for label, text in typed.items():
        page.get_by_label(label).first.fill(text)
    page.get_by_role("button", name=button).click()
    page.wait_for_load_state("load")
    page.evaluate("document.activeElement.blur()")


def keep(page: Page, name: str, is_whole: bool) -> None:
    picture = base64.b64encode(page.screenshot(full_page=is_whole)).decode()
    with page.context.browser.new_page() as reader:
        width, height, data = reader.evaluate(PIXELS, f"data:image/png;base64,{picture}")
    pixels = np.frombuffer(base64.b64decode(data), dtype=np.uint8).reshape(height, width, 4)
    path = FOLDER / f"{name}.png"
    write_png(path, pixels[:, :, :3])
    print(f"{path.relative_to(PROJECT_ROOT)}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
