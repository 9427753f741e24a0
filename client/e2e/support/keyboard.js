// Going about a page by keyboard only.

/** Presses Tab until `target` has the focus. */
export async function tabTo(page, target, { back = false, most = 150 } = {}) {
  await target.first().waitFor();
  for (let n = 0; n < most; n++) {
    const there = await target.evaluateAll((elements) => elements.includes(document.activeElement));
    if (there) return;
    await page.keyboard.press(back ? "Shift+Tab" : "Tab");
  }
  throw new Error(`the focus does not come to ${target} within ${most} steps`);
}

/** What has the focus has to be seen: within the window, not covered, and with an outline or the like. */
export async function focusIsSeen(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    const { left, top, width, height } = element.getBoundingClientRect();
    const at = document.elementFromPoint(left + width / 2, top + Math.min(height / 2, 20));
    const covered = at && at !== element && !element.contains(at) && !at.contains(element) && !at.closest("label")?.contains(element);
    // A field may be marked by what is around it.
    const around = [element, element.parentElement, element.parentElement?.parentElement].filter(Boolean).map((one) => getComputedStyle(one));
    const outlined = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    const marked = around.some(outlined) || around[0].boxShadow !== "none";
    return { name: element.outerHTML.slice(0, 120), seen: !covered && width > 0, marked };
  });
}
