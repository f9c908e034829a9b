// Stretches of time as sorted arrays of [start, end] in seconds that neither touch nor overlap (report/spans.py).

/** What any of the pairs covers; they may overlap and come in any order. */
export function union(pairs) {
  const sorted = pairs.filter(([start, end]) => start < end).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const merged = [];
  for (const [start, end] of sorted) {
    const last = merged[merged.length - 1];
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

/** What both cover. */
export function intersection(a, b) {
  const common = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const start = Math.max(a[i][0], b[j][0]);
    const end = Math.min(a[i][1], b[j][1]);
    if (start < end) common.push([start, end]);
    if (a[i][1] < b[j][1]) i += 1;
    else j += 1;
  }
  return common;
}

/** What the spans leave uncovered from `start` to `end`. */
export function complement(spans, start, end) {
  const left = [];
  let from = start;
  for (const [a, b] of spans) {
    if (from < Math.min(a, end)) left.push([from, Math.min(a, end)]);
    from = Math.max(from, b);
  }
  if (from < end) left.push([from, end]);
  return left;
}

/** The seconds covered. */
export function seconds(spans) {
  return spans.reduce((sum, [start, end]) => sum + end - start, 0);
}
