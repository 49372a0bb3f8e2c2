import { runtime } from "@pulumi/pulumi";

/**
 * What the resources of one run of the program tell each other. One run is one stack resource: with the Automation API
 * many runs share a process.
 * @returns what this run shares; undefined without a stack (a unit test with mocks), where there is no run
 */
export function sharedInRun<T>(make: () => T): () => T | undefined {
  const byStack = new WeakMap<object, T>();
  return () => {
    const stack = runtime.getStackResource();
    if (stack === undefined) return undefined;
    const shared = byStack.get(stack) ?? make();
    byStack.set(stack, shared);
    return shared;
  };
}

/** Resolves once the program has had its turn to declare everybody. */
export function everybodyDeclared(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
