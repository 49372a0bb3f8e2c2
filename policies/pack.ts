/** What the engine runs: `pulumi preview --policy-pack …`. */
import { notionPolicyPack } from "./policy-pack";

notionPolicyPack();
