"""A headless Chromium that is driven through selenium, without the network and with a profile of its own."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait
from typer.testing import CliRunner

from mmn_live.cli import app

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--window-size=1440,1100"),
)
WAIT_S = 10
NETWORK = {"http", "https", "ws", "wss", "ftp"}


def programs() -> tuple[str, str] | None:
    """Chromium and its driver, where both are installed."""
    found = shutil.which("chromium") or shutil.which("chromium-browser"), shutil.which("chromedriver")
    return (found[0], found[1]) if found[0] and found[1] else None


class Page:
    """A report in the browser."""

    def __init__(self, driver: webdriver.Chrome, downloads: Path) -> None:
        self.driver = driver
        self.downloads = downloads

    def open(self, file: Path) -> None:
        """Open a file as one does from disk, and wait for its video, if it has one."""
        self.driver.get(file.resolve().as_uri())
        self.until(
            lambda: self.js("const v = document.querySelector('video'); return !v || v.readyState > 1 || v.error")
        )

    def js(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def press(self, *keys: str) -> None:
        """Type keys, wherever the focus is; a key after SHIFT in the same text is typed with it held."""
        actions = ActionChains(self.driver, duration=0)
        for key in keys:
            if key.startswith(Keys.SHIFT):
                actions.key_down(Keys.SHIFT).send_keys(key[1:]).key_up(Keys.SHIFT)
            else:
                actions.send_keys(key)
        actions.perform()

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector: str) -> str:
        return self.find(selector).text

    def count(self, selector: str) -> int:
        return len(self.driver.find_elements(By.CSS_SELECTOR, selector))

    def until(self, condition: Callable[[], object]) -> None:
        WebDriverWait(self.driver, WAIT_S, poll_frequency=0.02).until(lambda _: condition())

    def choose(self, words: str) -> None:
        """In the open list of labels, take the first that has these words."""
        self.press(words, Keys.ENTER)

    def download(self, selector: str, ending: str) -> str:
        """Click, and read the file that comes."""
        for old in self.downloads.iterdir():
            old.unlink()
        self.find(selector).click()
        self.until(lambda: any(path.suffix == ending for path in self.downloads.iterdir()))
        return next(self.downloads.iterdir()).read_text(encoding="utf-8")

    def drag(self, element: WebElement, by_px: int) -> None:
        actions = ActionChains(self.driver, duration=0)
        actions.click_and_hold(element).move_by_offset(by_px // 2, 0).move_by_offset(by_px - by_px // 2, 0)
        actions.release().perform()

    def complaints(self) -> list[str]:
        """What the console holds since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requested(self) -> set[str]:
        """The schemes of all URLs that were asked for since the last call."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        urls = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
        return {url.partition(":")[0] for url in urls}


@contextmanager
def opened(folder: Path) -> Iterator[Page]:
    """A browser whose profile, temporary files and downloads are in that empty folder."""
    found = programs()
    assert found is not None
    downloads, temporary = folder / "downloads", folder / "temporary"
    downloads.mkdir()
    temporary.mkdir()
    options = webdriver.ChromeOptions()
    options.binary_location = found[0]
    for flag in (*FLAGS, f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(flag)
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    environment = {**os.environ, "TMPDIR": str(temporary), "SE_OFFLINE": "true", "SE_AVOID_STATS": "true"}
    driver = webdriver.Chrome(options, webdriver.ChromeService(found[1], env=environment))
    try:
        yield Page(driver, downloads)
    finally:
        driver.quit()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One browser for all tests of a module; each opens a page of its own, so that nothing kept is shared."""
    if programs() is None:
        pytest.skip("no Chromium with its driver: apt-get install chromium chromium-driver")
    with opened(tmp_path_factory.mktemp("browser")) as page:
        yield page


@pytest.fixture
def report(session: Any, page: Page, request: pytest.FixtureRequest) -> Iterator[Callable[..., Path]]:
    """Writes a session and its report and opens that; the console must be silent and no network asked at the end."""

    def make(*arguments: str, **facts: Any) -> Path:
        name = request.node.name
        folder = session.write(name, **facts)
        result = CliRunner().invoke(app, ["report", str(folder), *arguments])
        assert result.exit_code == 0, result.exception
        page.complaints(), page.requested()
        page.open(folder / "report.html")
        return folder

    yield make
    assert page.complaints() == []
    assert page.requested() & NETWORK == set()
