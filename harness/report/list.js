// SPDX-License-Identifier: GPL-2.0-or-later
// A long list of rows of one height, of which only those in sight are drawn; on
// paper all of them.

import { html } from "./dom.js";

const SPARE = 16; // rows drawn beyond what is in sight

export class List {
	/** `draw(i)` returns the element of row i. */
	constructor(scroller, draw) {
		this.scroller = scroller;
		this.draw = draw;
		this.n = 0;
		this.first = this.last = 0; // of those that are drawn
		this.drawn = new Map();
		this.rows = html("div", { class: "rows", role: "presentation" });
		this.room = html("div", { class: "room", role: "presentation" },
			this.rows);
		scroller.append(this.room);
		scroller.addEventListener("scroll", () => this.update(),
			{ passive: true });
		new ResizeObserver(() => this.resize()).observe(scroller);
		addEventListener("beforeprint", () => this.print());
		addEventListener("afterprint", () => this.redraw());
	}

	/** There are n rows now, and they may have changed. */
	set(n) {
		this.n = n;
		this.measure();
		this.redraw();
	}

	measure() {
		const height = getComputedStyle(this.scroller)
			.getPropertyValue("--row");
		this.height = parseFloat(height) || 32;
		this.room.style.height = `${this.n * this.height}px`;
		/* Where the first row would be, in the scroller. */
		this.head = this.room.offsetTop;
		this.sight = this.scroller.clientHeight;
	}

	/* Drawn anew only if need be: one of the rows may have the focus. */
	resize() {
		const { height, head, sight } = this;
		this.measure();
		if (height !== this.height || head !== this.head ||
		    sight !== this.sight)
			this.redraw();
	}

	redraw() {
		this.show(0, 0);
		this.update();
	}

	update() {
		const { scrollTop } = this.scroller;
		if (!this.sight)
			return;
		const first = Math.max(0,
			Math.floor((scrollTop - this.head) / this.height));
		const last = Math.min(this.n,
			Math.ceil((scrollTop + this.sight) / this.height));
		if (first < this.first || last > this.last)
			this.show(Math.max(0, first - SPARE),
				Math.min(this.n, last + SPARE));
	}

	show(first, last) {
		const before = [], behind = [];
		for (const [i, row] of this.drawn) {
			if (i >= first && i < last)
				continue;
			row.remove();
			this.drawn.delete(i);
		}
		for (let i = first; i < last; i++) {
			if (this.drawn.has(i))
				continue;
			const row = this.draw(i);
			this.drawn.set(i, row);
			(i < this.first ? before : behind).push(row);
		}
		this.rows.prepend(...before);
		this.rows.append(...behind);
		this.first = first;
		this.last = last;
		this.rows.style.transform = `translateY(${first * this.height}px)`;
	}

	print() {
		if (this.sight)
			this.show(0, this.n);
	}

	/** Scrolls as little as brings row i into sight. */
	reveal(i) {
		const top = i * this.height;
		const { scrollTop } = this.scroller;
		const room = this.sight - this.head;
		if (top < scrollTop)
			this.scroller.scrollTop = top;
		else if (top + this.height > scrollTop + room)
			this.scroller.scrollTop = top + this.height - room;
		this.update();
	}

	/** How many rows are in sight at once. */
	get page() {
		return Math.max(1,
			Math.floor((this.sight - this.head) / this.height) - 1);
	}
}
