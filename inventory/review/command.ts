import type { Command } from "commander";
import type { Run } from "../options";
import { addReviewClose } from "./close-command";
import { addReviewOpen } from "./open-command";
import { addReviewVerify } from "./verify-command";

export function addReview(program: Command, run: Run): void {
  const review = program
    .command("review")
    .description("an access review: open it, decide in a browser, close it, verify what was revoked")
    .addHelpText("after", EXAMPLES);
  addReviewOpen(review, run);
  addReviewClose(review, run);
  addReviewVerify(review, run);
}

const EXAMPLES = `
Examples:
  notion-inventory review open --output reviews/2026-Q4 --roster members.csv --with okta.csv --reviewer ciso@example.com
  notion-inventory review close reviews/2026-Q4 --write
  notion-inventory review verify reviews/2026-Q4`;
