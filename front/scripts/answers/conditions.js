// The same reading of conditions as the server's (calls/lib/conditions.py).
const DEEPEST = 8;
const NUMBER = /^[+-]?\d{1,15}(\.\d{1,6})?$/;

function number(value) {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return null;
  const plain = value.replace(/[\s\u00a0\u202f]|€/g, "").replace(",", ".");
  return NUMBER.test(plain) ? Number(plain) : null;
}

function empty(value) {
  if (value === null || value === undefined) return true;
  if (typeof value === "string") return value.trim() === "";
  if (Array.isArray(value)) return value.every(empty);
  return false;
}

function same(held, wanted) {
  if (typeof held === "boolean" || typeof wanted === "boolean") return held === wanted;
  const [first, second] = [number(held), number(wanted)];
  if (first !== null && second !== null) return first === second;
  return String(held ?? "") === String(wanted ?? "");
}

function ordered(operator, held, wanted) {
  let [first, second] = [number(held), number(wanted)];
  if (first === null || second === null) {
    if (typeof held !== "string" || typeof wanted !== "string") return false;
    [first, second] = [held, wanted];
  }
  return { lt: first < second, le: first <= second, gt: first > second, ge: first >= second }[operator];
}

function contains(held, wanted) {
  if (Array.isArray(held)) return held.some((one) => same(one, wanted));
  return typeof held === "string" && held.toLowerCase().includes(String(wanted).toLowerCase());
}

function compare({ op, value }, held) {
  if (op === "filled") {
    const filled = !empty(held) && held !== false;
    return value === false ? !filled : filled;
  }
  if (op === "ne") return !same(held, value);
  if (empty(held)) return false;
  if (op === "in") return Array.isArray(value) && value.some((one) => same(held, one));
  if (op === "contains") return contains(held, value);
  if (["lt", "le", "gt", "ge"].includes(op)) return ordered(op, held, value);
  return same(held, value);
}

export function holds(condition, answers, depth = 0) {
  if (!condition || Object.keys(condition).length === 0 || depth > DEEPEST) return true;
  if (condition.all) return condition.all.every((one) => holds(one, answers, depth + 1));
  if (condition.any) return condition.any.length === 0 || condition.any.some((one) => holds(one, answers, depth + 1));
  if (condition.not) return !holds(condition.not, answers, depth + 1);
  return compare(condition, answers[condition.field]);
}
