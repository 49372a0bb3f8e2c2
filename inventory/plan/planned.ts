import type { GroupStep } from "../../provider/plan/groups-step";
import type { Step } from "../../provider/plan/step";

/** One thing that is to happen to one person. */
export interface PlannedStep {
  step: Step;
  /** The line that a preview has for it. */
  text: string;
  /** Why, until when and who approved it, as far as it is declared. */
  reason: string | null;
  until: string | null;
  approvedBy: string | null;
}

/** One thing that is to happen to a group or in it. */
export interface PlannedGroupStep {
  step: GroupStep;
  text: string;
}

/** Something that is told and is no step. */
export interface Remark {
  text: string;
  /** The person that it is about; null: nobody in particular. */
  who: string | null;
}

/** What a preview has for people and groups. */
export interface Planned {
  steps: PlannedStep[];
  groups: PlannedGroupStep[];
  /** Lines of the preview that say of several groups' steps at once what each says here. */
  together: string[];
  /** Access that ends soon. */
  ends: Remark[];
  remarks: Remark[];
  /** The result in a line. */
  summary: string[];
  /** Why this may not be everything. */
  incomplete: string[];
}

export const NOTHING_PLANNED: Planned = {
  steps: [],
  groups: [],
  together: [],
  ends: [],
  remarks: [],
  summary: [],
  incomplete: [],
};
