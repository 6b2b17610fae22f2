// SPDX-License-Identifier: GPL-2.0-or-later
/* global uPlot */
// Plots over all kernels.  Lines differ in their dashes, too.

import { cases, kernels, open, runOf } from "./data.js";
import { html } from "./dom.js";
import { groupBy, joinNames } from "./names.js";
import { address } from "./route.js";

const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [1, 5]];
const HEIGHT = 240;

/* What is given in ms is shown in seconds. */
function axes(name) {
	const [what, by] = name.split(" by ");
	const [y, where] = what.split(" at ");
	const is_time = by === "ms";
	const x = is_time ? "s" : by ?? "";
	return {
		y, where: where ?? "", x, is_time, scale: is_time ? 1000 : 1,
		whole: x ? `${what} by ${x}` : what,
		shared: x ? `${y} by ${x}` : y,
	};
}

/* What variants have drawn: [{variant, kernel, axes, points}]. */
function collectPlots(variants) {
	const drawn = [];
	for (const variant of variants) {
		kernels.forEach((_, kernel) => {
			const run = runOf(variant, kernel);
			const said = run === undefined ? undefined : open(run).plots;
			for (const [name, points] of Object.entries(said ?? {})) {
				if (points.length > 1)
					drawn.push({
						variant, kernel, axes: axes(name), points,
					});
			}
		});
	}
	return drawn;
}

/* ---- lines -------------------------------------------------------------- */

/* "names on kernels": those are left out if it is so on all that drew it. */
function labelLine(line, drawn, name, join) {
	const on = new Map();
	for (const [one, of] of groupBy(line, name)) {
		const all = drawn.filter((other) => name(other) === one);
		const some = of.map(({ kernel }) => kernels[kernel].name);
		const where = all.length === of.length ? "" : some.join(", ");
		on.set(where, [...on.get(where) ?? [], one]);
	}
	const label = [...on].map(([where, names]) =>
		[join(names), where].filter((text) => text).join(" on ")).join("; ");
	return label ||
		line.map(({ kernel }) => kernels[kernel].name).join(", ");
}

/* Those that are the same are one line, and the one that ends highest comes
 * first: [{label, points}]. */
function mergeLines(drawn, name, join) {
	return [...groupBy(drawn, ({ points }) => JSON.stringify(points)).values()]
		.map((line) => ({
			label: labelLine(line, drawn, name, join),
			points: line[0].points,
		}))
		.sort((a, b) => b.points.at(-1)[1] - a.points.at(-1)[1]);
}

function colour(name) {
	return getComputedStyle(document.documentElement)
		.getPropertyValue(`--line-${name}`).trim();
}

/* In virtual time much can happen at one instant: each x is a bit behind the
 * one before, so that none hides another. */
function spread(xs) {
	const bit = (xs.at(-1) - xs[0] || 1) * 1e-6;
	let last = -Infinity;
	return xs.map((x) => {
		last = Math.max(x, last + bit);
		return last;
	});
}

/* uPlot wants the x values of all lines in one list. */
function align(lines, scale) {
	return uPlot.join(lines.map(({ points }) => {
		const sorted = [...points].sort((a, b) => a[0] - b[0]);
		return [spread(sorted.map(([x]) => x / scale)),
			sorted.map(([, y]) => y)];
	}));
}

/* Over time, what was counted holds until it is counted anew. */
function drawAs({ label }, i, is_time) {
	return {
		label, width: 2, stroke: colour(i % DASHES.length),
		dash: DASHES[i % DASHES.length], spanGaps: true, pxAlign: 0,
		paths: is_time ? uPlot.paths.stepped({ align: 1 }) : undefined,
		value: (_, value) => value ?? "",
	};
}

function options({ x, y, is_time }, lines, width) {
	const text = getComputedStyle(document.body).color;
	const grid = { stroke: colour("grid"), width: 1 };
	const axis = (label) => ({
		label, labelSize: 18, labelGap: 0, stroke: text, grid, ticks: grid,
		font: "11px system-ui", labelFont: "11px system-ui",
	});
	return {
		width, height: HEIGHT, scales: {
			x: { time: false },
			y: { range: (_, __, most) => [0, most * 1.05 || 1] },
		},
		axes: [{ ...axis(x), size: 32 }, { ...axis(y), size: 60 }],
		series: [{ label: x, value: (_, value) => value ?? "" },
			...lines.map((line, i) => drawAs(line, i, is_time))],
	};
}

function drawPlot(figure, of, lines) {
	new uPlot(options(of, lines, Math.max(280, figure.clientWidth)),
		align(lines, of.scale), figure);
}

/* Only what comes into sight is drawn. */
const waiting = new Map();
const observer = new IntersectionObserver((entries) => {
	for (const { isIntersecting, target } of entries) {
		if (!isIntersecting)
			continue;
		observer.unobserve(target);
		drawPlot(target, ...waiting.get(target));
		waiting.delete(target);
	}
}, { rootMargin: "200px" });

addEventListener("beforeprint", () => {
	for (const [figure, of] of waiting) {
		observer.unobserve(figure);
		if (figure.isConnected)
			drawPlot(figure, ...of);
	}
	waiting.clear();
});

function makeFigure(title, of, lines) {
	const figure = html("figure", { class: "plot" },
		html("figcaption", {}, title));
	waiting.set(figure, [of, lines]);
	observer.observe(figure);
	return figure;
}

/** Elements for the plots of a variant: a line for each host. */
export function drawPlots(variant) {
	const plots = groupBy(collectPlots([variant]), (one) => one.axes.shared);
	return [...plots].map(([title, drawn]) =>
		makeFigure(title, drawn[0].axes, mergeLines(drawn,
			(one) => one.axes.where, (hosts) => hosts.join(", "))));
}

/* A line for each variant. */
function drawCase(one) {
	const plots = groupBy(collectPlots(one.variants), ({ axes: of }) => of.whole);
	return [...plots].map(([title, drawn]) => {
		const all = [...new Set(drawn.map(({ variant }) => variant.name))];
		return makeFigure(title, drawn[0].axes, mergeLines(drawn,
			({ variant }) => variant.name, (some) => joinNames(some, all)));
	});
}

export function showPlots(section) {
	const found = cases.map((one) => [one, drawCase(one)])
		.filter(([, figures]) => figures.length);
	section.replaceChildren(html("h2", {}, "Plots"),
		...found.map(([one, figures]) => html("article", {},
			html("h3", {}, html("a", { href: address({ q: one.name }) },
				one.name)), html("p", { class: "about" }, one.title),
			html("div", { class: "plots" }, figures))),
		found.length ? "" : html("p", { class: "none" },
			"No variant has drawn one: lg_plot_point() does."));
}
