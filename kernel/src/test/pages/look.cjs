// Opens a page in Chromium and prints as JSON what a person would see on it.
//
//   node look.cjs page     URL SCREENSHOT      a page made by nbconvert
//   node look.cjs notebook URL SCREENSHOT      a notebook in Jupyter's classic page: runs all cells there, and saves it
//
// It only looks: what is right and what is wrong is for the caller to say. CHROMIUM names the browser.
"use strict";

const { chromium } = require("playwright-core");
const { mkdtempSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

const [mode, url, screenshot] = process.argv.slice(2);
const CELLS_TIMEOUT = Number(process.env.CELLS_SECONDS ?? 180) * 1000;
const CHART_TIMEOUT = 30_000;

/** Whether a request stays on this machine. */
function isLocal(address) {
  const { protocol, hostname } = new URL(address);
  return ["file:", "data:", "blob:", "about:"].includes(protocol) || ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
}

/** Runs in the page. What counts is what has a size on the screen, not what is in the document. */
function observe() {
  const visible = (element) => {
    const { width, height } = element.getBoundingClientRect();
    const { visibility, display, opacity } = getComputedStyle(element);
    return width > 1 && height > 1 && visibility !== "hidden" && display !== "none" && opacity !== "0";
  };
  const text = (element) => element.textContent.trim();
  const charts = [...document.querySelectorAll(".js-plotly-plot")].filter(visible).map((chart) => ({
    width: Math.round(chart.getBoundingClientRect().width),
    height: Math.round(chart.getBoundingClientRect().height),
    bars: [...chart.querySelectorAll(".bars .point path")].filter(visible).length,
    labels: [...chart.querySelectorAll(".xtick text, .ytick text")].filter(visible).map(text),
    title: [...chart.querySelectorAll(".gtitle, .xtitle, .ytitle")].map(text),
  }));
  const tables = [...document.querySelectorAll(".output_area table, .jp-OutputArea-output table")]
    .filter(visible)
    .map((table) => ({
      columns: [...table.querySelectorAll("thead th")].map(text),
      rows: [...table.querySelectorAll("tbody tr")].map((row) => [...row.children].map(text)),
    }));
  const errors = [
    ...document.querySelectorAll(".output_error, .jp-RenderedText[data-mime-type='application/vnd.jupyter.error']"),
  ].map(text);
  return { charts, tables, errors };
}

/** Presses "Run All" and waits until no cell is waiting and the kernel is idle. */
async function runAllCells(page) {
  await page.waitForFunction(
    () => window.Jupyter?.notebook?.kernel?.info_reply?.status === "ok" && !window.Jupyter.notebook.kernel_busy,
    undefined,
    { timeout: CELLS_TIMEOUT },
  );
  await page.click("#celllink");
  await page.click("#run_all_cells a, #run_all_cells");
  await page.waitForFunction(
    () => {
      const cells = window.Jupyter.notebook.get_cells().filter((cell) => cell.cell_type === "code");
      const failed = document.querySelector(".output_error");
      return failed || (cells.every((cell) => typeof cell.input_prompt_number === "number") && !window.Jupyter.notebook.kernel_busy);
    },
    undefined,
    { timeout: CELLS_TIMEOUT, polling: 200 },
  );
}

async function main() {
  const profile = mkdtempSync(join(tmpdir(), "skep-page-"));
  const flags = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    chromiumSandbox: process.getuid() !== 0,
    args: flags,
    viewport: { width: 1200, height: 1000 },
  });
  const seen = { requests: 0, foreign: [], console: [] };
  try {
    browser.on("request", (request) => {
      seen.requests++;
      if (!isLocal(request.url())) seen.foreign.push(request.url());
    });
    await browser.route((address) => !isLocal(address.href), (route) => route.abort());
    const page = await browser.newPage();
    page.on("console", (message) => message.type() === "error" && seen.console.push(message.text()));
    page.on("pageerror", (error) => seen.console.push(String(error)));

    await page.goto(url, { waitUntil: "load" });
    if (mode === "notebook") await runAllCells(page);
    // The chart draws itself after its script arrived. No chart at all is for the caller to judge.
    await page.waitForSelector(".js-plotly-plot .main-svg", { timeout: CHART_TIMEOUT }).catch(() => {});
    await page.waitForTimeout(500);
    Object.assign(seen, await page.evaluate(observe));

    if (mode === "notebook") {
      await page.evaluate(() => window.Jupyter.notebook.save_notebook());
      // All of it, not the part that fits the window: the page scrolls inside an element of its own.
      const height = await page.evaluate(() => document.querySelector("#notebook-container").scrollHeight + 200);
      await page.setViewportSize({ width: 1200, height: Math.min(height, 8000) });
      await page.waitForTimeout(300);
    }
    await page.screenshot({ path: screenshot, fullPage: true });
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
  process.stdout.write(JSON.stringify(seen) + "\n");
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
