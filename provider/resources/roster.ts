import type * as rosters from "../roster/read-roster";

/**
 * Reads the people of a workspace from a CSV or YAML file, for a NotionWorkspace.
 * @param file path, from the folder that the program runs in
 * @throws {RosterError} with file, line and column of everything that is wrong; nothing is skipped
 */
export const readRoster: typeof rosters.readRoster = (file, options) => readers().readRoster(file, options);

/**
 * Reads the groups of a workspace from a YAML file, for a NotionWorkspace.
 * @param file path, from the folder that the program runs in
 * @throws {RosterError} with file, line and group of everything that is wrong; nothing is skipped
 */
export const readGroups: typeof rosters.readGroups = (file) => readers().readGroups(file);

/** The readers of CSV and YAML are loaded by those alone who use them. */
const readers = () => require("../roster/read-roster") as typeof rosters;
