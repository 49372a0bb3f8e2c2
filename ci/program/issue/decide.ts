import type { Issue } from "../forge/forge";
import { isSameText } from "../text/marker";
import type { Verdict } from "../verdict";
import { driftIn, withStatus } from "./body";

/** The issues about a stack. */
export interface Found {
  /** The open one; of several the oldest. */
  open: Issue | undefined;
  /** The newest closed one, if its drift was never seen to end: a person closed it. */
  closedByHand: Issue | undefined;
}

/** What is done about them. */
export type Step =
  | { do: "nothing" }
  | { do: "open"; body: string }
  /** `news`: people should be told, by a comment, what the description now says. */
  | { do: "change"; issue: Issue; body: string; open?: boolean; news?: string };

/** What an issue would say. */
export interface IssueTexts {
  /** The whole description, where there is drift. */
  drift: string;
  /** Its first lines, where the last run gave no answer. */
  unknown: string;
  /** Its first lines, and the comment, once all is as declared. */
  ended: { status: string; comment: string };
}

/**
 * Pure: one issue from the first night with drift to the first without. Who closes it before that finds it open again
 * after the next night; what is closed because the drift has ended stays closed, and the next drift is another issue.
 */
export function decide(verdict: Verdict, { open, closedByHand }: Found, say: IssueTexts): Step {
  switch (verdict.kind) {
    case "drift":
      if (open !== undefined) {
        if (isSameText(open.body, say.drift)) return { do: "nothing" };
        // The same after a night without an answer, or with other ends beside it, is no news.
        const news = isSameText(driftIn(open.body), driftIn(say.drift)) ? {} : { news: NEWS.changed };
        return { do: "change", issue: open, body: say.drift, ...news };
      }
      if (closedByHand !== undefined)
        return { do: "change", issue: closedByHand, body: say.drift, open: true, news: NEWS.stillThere };
      return { do: "open", body: say.drift };
    case "in sync": {
      if (open === undefined) return { do: "nothing" };
      const body = withStatus(open.body, say.ended.status);
      return { do: "change", issue: open, body, open: false, news: say.ended.comment };
    }
    case "unknown": {
      if (open === undefined) return { do: "nothing" };
      const body = withStatus(open.body, say.unknown);
      return isSameText(open.body, body) ? { do: "nothing" } : { do: "change", issue: open, body };
    }
  }
}

const NEWS = {
  changed: "What differs has changed: the description above is of the last run.",
  stillThere:
    "This was closed, and it is still as the description above says. Repair it, accept it by an edit of the roster, or put the people into the `--ignore` file.",
};
