/** All of a profile that a NotionUser may declare. */
export const ADA_PROFILE = {
  name: { givenName: "Ada", familyName: "King" },
  title: "Countess",
  phoneNumbers: [{ value: "+44 1", type: "work" }],
  locale: "en-GB",
  preferredLanguage: "en",
  userType: "Employee",
  department: "R&D",
  division: "Engines",
  costCenter: "7",
  organization: "AE",
  employeeNumber: "1",
  manager: "charles@example.com",
};
