// Checks of one client, their outcome and the summary that every client prints alike.

import { strict as assert } from "node:assert";

export class Suite {
  constructor(client) {
    this.client = client;
    this.checks = [];
    this.failures = [];
  }

  // Adds a check; `fact` says what has to hold.
  check(fact, run) {
    this.checks.push({ fact, run });
  }

  // Runs all checks whose fact contains `only`.
  async run(label, only, ...inputs) {
    for (const { fact, run } of this.checks.filter(({ fact }) => fact.includes(only))) {
      try {
        await run(...inputs);
      } catch (error) {
        // A library may throw what is no Error: an array of the errors of a batch.
        this.failures.push({ label, fact, error: error instanceof Error ? error : new Error(JSON.stringify(error)) });
      }
    }
  }

  // Prints the summary; true when all is well.
  async report(operations, uncovered) {
    for (const { label, fact, error } of this.failures) {
      console.log(`FAILED  ${this.client} ${label}  ${fact}`);
      const where = (error.stack ?? "").split("\n").find((line) => line.includes("/checks/")) ?? "";
      console.log(`    ${error.name}: ${String(error.message).split("\n").join("\n    ")}\n    ${where.trim()}`);
    }
    for (const name of uncovered) console.log(`UNCOVERED  ${this.client}  ${name}`);
    const requests = await requestsAnswered();
    console.log(
      `${this.client}: ${this.checks.length} checks, ${this.failures.length} failed; ${requests} requests; ${operations}`,
    );
    return this.failures.length === 0 && uncovered.length === 0;
  }
}

// How many requests both simulators have answered so far.
async function requestsAnswered() {
  let total = 0;
  for (const prefix of ["", "PLAIN_"]) {
    const answer = await fetch(`${process.env[`${prefix}DATAVERSE_ADMIN_URL`]}health`);
    total += (await answer.json()).requests;
  }
  return total;
}

// The error that a promise has to end with.
export async function refused(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return assert.fail("it was not refused");
}

// The first true answer; for what the service does in the background.
export async function eventually(question, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    assert.ok(Date.now() < end, "it did not come to pass");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
