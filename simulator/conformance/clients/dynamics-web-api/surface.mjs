// The public surface of the library, read off an instance, and which of it the checks have used. A method that a
// later version adds shows up as uncovered by itself.

// Name and reason.
const LEFT_OUT = {};

const found = new Set();
// How often each operation was called.
const used = new Map();

// Notes every call of the instance's operations.
export function watched(api) {
  for (const [owner, prefix] of [[api, ""], [api.Utility, "Utility."]]) {
    for (const name of Object.keys(owner).filter((name) => typeof owner[name] === "function")) {
      const operation = owner[name];
      found.add(prefix + name);
      owner[name] = (...inputs) => {
        used.set(prefix + name, (used.get(prefix + name) ?? 0) + 1);
        return operation(...inputs);
      };
    }
  }
  return api;
}

// Prints the whole surface: what was called, and what was left out and why.
export function tell() {
  console.log(`Called:\n  ${[...used.keys()].sort().join(", ")}\nLeft out:`);
  for (const name of [...found].filter((name) => !used.has(name) && name in LEFT_OUT)) {
    console.log(`  ${name}: ${LEFT_OUT[name]}`);
  }
}

// How many are covered, how many excused, and which nobody covered.
export function judged() {
  const excused = [...found].filter((name) => name in LEFT_OUT && !used.has(name));
  const uncovered = [...found].filter((name) => !used.has(name) && !(name in LEFT_OUT));
  const stale = Object.keys(LEFT_OUT).filter((name) => !found.has(name) || used.has(name));
  const calls = [...used.values()].reduce((sum, times) => sum + times, 0);
  return {
    operations: `${calls} calls; ${used.size} of ${found.size} operations covered, ${excused.length} left out`,
    uncovered: [...uncovered.sort(), ...stale.map((name) => `${name} (excused without need)`)],
  };
}
