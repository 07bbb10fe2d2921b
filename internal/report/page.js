"use strict";
// Draws the treemaps and timelines from the data in the page. Names come from files that anybody may
// have made: they are only ever set as text.
(() => {
	const data = JSON.parse(document.getElementById("data").textContent);
	const SVG = "http://www.w3.org/2000/svg";
	const el = (name, attrs, text) => {
		const e = document.createElementNS(SVG, name);
		for (const k in attrs) e.setAttribute(k, attrs[k]);
		if (text !== undefined) e.textContent = text;
		return e;
	};
	const num = (n) => Math.round(n).toLocaleString("en-US");
	// short is a name as a label: the path of a source file in place of "libkernel.a(drivers-virtio_blk.o)".
	const short = (s) => { const m = /^lib\w+\.a\((.*)\.o\)$/.exec(s); return m ? m[1] : s; };
	const hue = (s) => { let h = 0; for (const c of s) h = (h * 31 + c.codePointAt(0)) % 3600; return (h * 137) % 360; };

	// squarify lays nodes, the largest first, out in a box: rows along the shorter side, each as square as
	// can be (Bruls, Huizing, van Wijk: Squarified Treemaps).
	function squarify(nodes, x, y, w, h) {
		const out = [];
		let rest = nodes.filter((n) => n.bytes > 0).sort((a, b) => b.bytes - a.bytes);
		let sum = rest.reduce((s, n) => s + n.bytes, 0);
		while (rest.length && w > 0 && h > 0) {
			const scale = (w * h) / sum, side = Math.min(w, h);
			const worst = (area, first, last) => Math.max(side * side * first / (area * area), area * area / (side * side * last));
			let n = 1, area = rest[0].bytes * scale;
			while (n < rest.length) {
				const more = area + rest[n].bytes * scale;
				if (worst(more, rest[0].bytes * scale, rest[n].bytes * scale) > worst(area, rest[0].bytes * scale, rest[n - 1].bytes * scale)) break;
				area = more;
				n++;
			}
			const thick = area / side;
			let at = 0;
			for (const node of rest.slice(0, n)) {
				const len = node.bytes * scale / thick;
				out.push(w >= h ? { node, x, y: y + at, w: thick, h: len } : { node, x: x + at, y, w: len, h: thick });
				at += len;
				sum -= node.bytes;
			}
			if (w >= h) { x += thick; w -= thick; } else { y += thick; h -= thick; }
			rest = rest.slice(n);
		}
		return out;
	}

	function treemap(box, root) {
		const crumbs = box.querySelector(".crumbs"), map = box.querySelector(".map"), told = box.querySelector(".told");
		let path = [root];
		const tell = (n, names) => {
			told.textContent = names.map((m) => m.name).join(" › ") + ": " + num(n.bytes) + " bytes, " +
				(100 * n.bytes / root.bytes).toFixed(2) + " %" + (n.why ? " — " + n.why : "");
		};
		function draw() {
			const here = path[path.length - 1];
			const w = map.clientWidth || 1000, h = map.clientHeight || 480;
			const svg = el("svg", { viewBox: `0 0 ${w} ${h}`, role: "group", "aria-label": here.name });
			const cell = (b, names, depth) => {
				const n = b.node, group = names.length > 1 ? names[1].name : n.name;
				const r = el("rect", { x: b.x, y: b.y, width: Math.max(0, b.w), height: Math.max(0, b.h), tabindex: 0 });
				r.style.fill = `hsl(${hue(group)} ${depth ? 42 : 30}% var(--light))`;
				r.append(el("title", {}, n.name + ", " + num(n.bytes) + " bytes"));
				const full = path.concat(names.slice(1));
				r.addEventListener("mouseenter", () => tell(n, full));
				r.addEventListener("focus", () => tell(n, full));
				const zoom = () => { const to = n.parts ? full : full.slice(0, -1); if (to.length > path.length) { path = to; draw(); } };
				r.addEventListener("click", zoom);
				r.addEventListener("keydown", (e) => { if (e.key === "Enter") zoom(); });
				svg.append(r);
				const head = n.parts && depth < 2 && b.w > 50 && b.h > 34;
				const room = Math.floor((b.w - 8) / 7);
				if (room >= 3 && b.h > 16) {
					const name = short(n.name), label = name.length > room ? name.slice(0, room - 1) + "…" : name;
					const t = el("text", { x: b.x + 4, y: b.y + 13 }, label);
					if (head) t.setAttribute("class", "head");
					if (head || !n.parts || depth >= 2 || b.w <= 50 || b.h <= 34) svg.append(t);
				}
				if (head) for (const c of squarify(n.parts, b.x + 2, b.y + 18, b.w - 4, b.h - 20)) cell(c, names.concat(c.node), depth + 1);
			};
			for (const b of squarify(here.parts || [], 0, 0, w, h)) cell(b, [here, b.node], 0);
			map.replaceChildren(svg);
			crumbs.replaceChildren(...path.map((n, i) => {
				const b = document.createElement("button");
				b.type = "button";
				b.textContent = n.name;
				b.disabled = i === path.length - 1;
				b.addEventListener("click", () => { path = path.slice(0, i + 1); draw(); });
				return b;
			}));
			tell(here, path);
		}
		draw();
		addEventListener("resize", draw);
	}

	const sum = (parts) => parts.reduce((s, n) => s + n.bytes, 0);

	// folders makes a tree of a list of paths.
	function folders(files) {
		const root = { name: "/", bytes: 0, parts: [], dirs: new Map() };
		for (const f of files || []) {
			const words = f.path.split("/").filter((s) => s !== "");
			const last = words.pop();
			let at = root;
			at.bytes += f.bytes;
			for (const s of words) {
				let d = at.dirs.get(s);
				if (!d) {
					d = { name: s, bytes: 0, parts: [], dirs: new Map() };
					at.dirs.set(s, d);
					at.parts.push(d);
				}
				at = d;
				at.bytes += f.bytes;
			}
			at.parts.push({ name: last, bytes: f.bytes, why: f.kind });
		}
		return root;
	}

	// timeline draws one row a step, as long as the step took.
	function timeline(box, moments) {
		const rowH = 22, left = 330, right = 90, w = Math.max(640, box.clientWidth || 1000), h = rowH * moments.length + 24;
		const end = Math.max(1, moments[moments.length - 1].us);
		const at = (us) => left + (w - left - right) * us / end;
		const svg = el("svg", { viewBox: `0 0 ${w} ${h}`, role: "img", "aria-label": "timeline of the start-up" });
		const tick = 10 ** Math.floor(Math.log10(end / 2)), ticks = end / tick > 12 ? 5 : end / tick > 5 ? 2 : 1;
		for (let us = 0; us <= end; us += tick * ticks) {
			const line = el("line", { x1: at(us), x2: at(us), y1: 0, y2: h - 20 });
			line.style.stroke = "var(--line)";
			svg.append(line, el("text", { x: at(us) + 2, y: h - 6, class: "dim" }, num(us)));
		}
		moments.forEach((m, i) => {
			const from = i ? moments[i - 1].us : 0, y = i * rowH;
			svg.append(el("text", { x: 0, y: y + 15 }, m.what));
			const bar = el("rect", { x: at(from), y: y + 4, width: Math.max(1.5, at(m.us) - at(from)), height: rowH - 8, rx: 2 });
			bar.style.fill = m.tsc_us === undefined ? "var(--dim)" : "var(--accent)";
			bar.append(el("title", {}, `${m.name}: at ${num(m.us)} µs, ${num(m.min_us)} to ${num(m.max_us)}` +
				(m.tsc_us === undefined ? "" : `; guest's TSC: ${num(m.tsc_us)} µs since its first instruction`)));
			svg.append(bar, el("text", { x: at(m.us) + 5, y: y + 15, class: "dim" }, i ? "+" + num(m.us - from) + " µs" : "0"));
		});
		box.replaceChildren(svg);
	}

	data.forEach((r, i) => {
		const get = (id) => document.getElementById(id + i);
		treemap(get("kernel"), { name: "kernel", bytes: sum(r.kernel), parts: r.kernel });
		if (r.files) treemap(get("files"), folders(r.files.list));
		if (r.runtime && r.runtime.timeline) timeline(get("line"), r.runtime.timeline);
	});

	// On a narrow screen a row is a card, whose cells say which column they are of.
	for (const table of document.querySelectorAll(".wide table")) {
		const heads = [...table.rows[0].cells].map((c) => c.textContent);
		for (const row of table.rows) {
			[...row.cells].forEach((c, i) => { if (i && heads[i] && c.tagName === "TD") c.dataset.of = heads[i]; });
		}
		table.parentNode.classList.add("cards");
	}

	// What is folded is on paper too.
	let folded = [];
	addEventListener("beforeprint", () => {
		folded = [...document.querySelectorAll("details:not([open])")];
		folded.forEach((d) => { d.open = true; });
	});
	addEventListener("afterprint", () => folded.forEach((d) => { d.open = false; }));

	const button = document.getElementById("theme"), root = document.documentElement;
	button.hidden = false;
	button.addEventListener("click", () => {
		const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
		root.dataset.theme = dark ? "light" : "dark";
	});
})();
