export { type PackConfig, PolicyConfigurationError } from "./config";
export type { DeclaredResource } from "./declaration";
export { notionPolicies, notionPolicyPack } from "./policy-pack";
export { formatViolations, type Rule, type Violation } from "./rule";
export { rules } from "./rules";
export { readWorkspace, type Workspace } from "./workspace";
