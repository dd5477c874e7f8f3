"""What must be true of every page as somebody has it before them: nothing that axe finds, nothing wider than a narrow
window, everything reached by keyboard in the order in which it is read, with a focus that is seen."""

import re
from asyncio import gather
from dataclasses import dataclass
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, CDPSession, Page, ViewportSize

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

NARROW: ViewportSize = {"width": 320, "height": 640}
"""As wide as 1280 pixels are at 400 per cent."""

WIDE: ViewportSize = {"width": 1280, "height": 900}

TYPED = ["rawKeyDown", "keyUp"]
TAB = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}

WRITE = """html => new Promise(done => {
  document.open(); document.write(html); document.close();
  const look = () => document.readyState === 'complete' ? done(0) : setTimeout(look, 5);
  look();
})"""

FINDINGS = """rules => axe.run({runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})
  .then(found => found.violations.map(one => [one.id, one.nodes.map(node => node.html.slice(0, 200))]))"""

TOO_WIDE = """() => [...document.querySelectorAll('body *')]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
  .filter(one => !one.closest('.unseen, .skip, thead, details:not([open])'))
  .map(one => one.outerHTML.slice(0, 120)).slice(0, 3)
  .concat(document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [])"""

LISTEN = """() => {
  window.reached = [];
  const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')];
  const group = one => all.filter(each => each.type === 'radio' && each.name === one.name && each.form === one.form);
  const entered = one => group(one).find(each => each.checked) || group(one)[0];
  const ofAGroup = one => one.type === 'radio' && entered(one) !== one;
  window.wanted = all.filter(one => one.checkVisibility({visibilityProperty: true}) && !ofAGroup(one));
  document.addEventListener('keyup', () => {
    const one = document.activeElement, style = getComputedStyle(one);
    const isSeen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    if (one !== document.body) reached.push([one, isSeen]);
  });
  return wanted.length + 3 * wanted.filter(one => one.type === 'date').length + 3;
}"""

REACHED = """() => {
  const told = one => one.outerHTML.slice(0, 120), order = [...new Set(reached.map(([one]) => one))];
  const unseen = reached.filter(([one, isSeen]) => !isSeen).map(([one]) => 'focus not seen: ' + told(one));
  const missed = wanted.filter(one => !order.includes(one)).map(one => 'never reached: ' + told(one));
  const inOrder = order.filter(one => wanted.includes(one));
  const odd = inOrder.filter((one, at) => at && wanted.indexOf(one) < wanted.indexOf(inOrder[at - 1]));
  return [...unseen, ...missed, ...odd.map(one => 'out of order: ' + told(one))];
}"""


def skeleton_of(html: str) -> str:
    """A page without what it says: two that have the same are alike for whoever checks them."""
    return re.sub(r">[^<]+<", "><", re.sub(r' (href|value|id|for|action|name|datetime|aria-[a-z]+)="[^"]*"', "", html))


@dataclass
class PageChecks:
    """Pages that are looked at again where scripts may run, as the desk's never do; axe is brought there once."""

    wide: Page
    narrow: Page
    keys: CDPSession
    """Types on the wide one without waiting for each key, which took twice as long."""

    async def of(self, html: str, *, by_keyboard: bool) -> list[Any]:
        """What is wrong with a page; tabbing through it takes a while, and so is asked for."""
        await self.wide.evaluate(WRITE, html)
        wrong = list(await self.wide.evaluate(FINDINGS, [*RULES]))
        if by_keyboard:
            wrong += await self._by_keyboard()
        await self.narrow.evaluate(WRITE, html)
        return wrong + list(await self.narrow.evaluate(TOO_WIDE))

    async def _by_keyboard(self) -> list[str]:
        times = await self.wide.evaluate(LISTEN)  # a field for a day has three parts and a button
        await gather(*(self.keys.send("Input.dispatchKeyEvent", {"type": kind, **TAB}) for kind in TYPED * times))
        return list(await self.wide.evaluate(REACHED))


async def page_checks(browser: Browser, stylesheet: str) -> PageChecks:
    """Checks of pages that have this stylesheet, whose address is of their own host."""

    async def opened(size: ViewportSize) -> Page:
        page = await (await browser.new_context(bypass_csp=True, viewport=size)).new_page()
        await page.goto(stylesheet)
        return page

    wide, narrow = await opened(WIDE), await opened(NARROW)
    await wide.evaluate(Axe().axe_script)
    return PageChecks(wide, narrow, await wide.context.new_cdp_session(wide))


async def no_axe_findings(page: Page) -> None:
    """Raises AssertionError where axe finds anything on a page as it is now, whose own scripts may run."""
    await page.evaluate(Axe().axe_script)
    found = await page.evaluate(FINDINGS, [*RULES])
    assert not found, (page.url, found)
