/** Exports as the vendors write them, with people who do not exist. */

/** Okta, the properties of users by its API. */
export const OKTA_PROFILES = `id,status,created,activated,statusChanged,lastLogin,profile.login,profile.email,profile.secondEmail,profile.firstName,profile.lastName,profile.department,profile.manager,profile.employeeNumber
00u1,ACTIVE,2021-03-01T08:00:00.000Z,2021-03-01T08:00:00.000Z,2021-03-01T08:05:00.000Z,2026-11-19T07:00:00.000Z,ada@example.com,ada@example.com,,Ada,Osei,Engineering,olivia@example.com,1001
00u2,DEPROVISIONED,2020-01-01T08:00:00.000Z,2020-01-01T08:00:00.000Z,2026-10-30T17:00:00.000Z,,Bertil@Example.com,bertil@example.com,bertil.home@mail.example,Bertil,Ashgrove,Sales,olivia@example.com,1002
00u3,SUSPENDED,2022-01-01T08:00:00.000Z,2022-01-01T08:00:00.000Z,2026-11-01T09:00:00.000Z,,corin@corp.example,corin@example.com,,Corin,Vale,Sales,,1003
00u4,LOCKED_OUT,2022-01-01T08:00:00.000Z,2022-01-01T08:00:00.000Z,2026-11-20T06:00:00.000Z,,dagny@example.com,dagny@example.com,dagny.old@example.com,Dagny,"Holt, Jr.",Engineering,ada@example.com,1004
00u5,STAGED,2026-11-18T08:00:00.000Z,,2026-11-18T08:00:00.000Z,,emeric@example.com,emeric@example.com,,Emeric,Lund,Engineering,ada@example.com,1005
`;

/** Okta, the report on user accounts. */
export const OKTA_REPORT = `User fullname,Okta username,Primary email,Okta user status,Status change date
Ada Osei,ada@example.com,ada@example.com,Active,2021-03-01T08:05:00.000Z
Bertil Ashgrove,bertil@example.com,bertil@example.com,Deactivated,"Oct 30, 2026 5:00:00 PM"
`;

/** Entra ID, "Download users", as it is today: with a byte order mark, and a guest of the directory. */
export const ENTRA = `\uFEFFuserPrincipalName,displayName,surname,mail,givenName,id,userType,jobTitle,department,accountEnabled,usageLocation,streetAddress,state,country,officeLocation,city,postalCode,telephoneNumber,mobilePhone,alternateEmailAddress,ageGroup,consentProvidedForMinor,legalAgeGroupClassification,companyName,creationType,directorySynced,invitationState,identityIssuer,createdDateTime\r
ada@corp.example,Ada Osei,Osei,ada@example.com,Ada,11111111-1111-4111-8111-111111111111,Member,Engineer,Engineering,True,DE,,,,,,,,,,,,,,,True,,,1/4/2021 8:00:00 AM\r
bertil@corp.example,Bertil Ashgrove,Ashgrove,bertil@example.com,Bertil,22222222-2222-4222-8222-222222222222,Member,,Sales,False,DE,,,,,,,,,bertil.home@mail.example,,,,,,True,,,1/4/2020 8:00:00 AM\r
gus_partner.example#EXT#@corp.onmicrosoft.com,Gus Guest,,gus@partner.example,,33333333-3333-4333-8333-333333333333,Guest,,,True,,,,,,,,,,,,,,,Invitation,,Accepted,,2/3/2024 8:00:00 AM\r
scanner@corp.onmicrosoft.com,Scanner,,,,44444444-4444-4444-8444-444444444444,Member,,,True,,,,,,,,,,,,,,,,,,,2/3/2024 8:00:00 AM\r
`;

/** The export of the Microsoft 365 admin center, saved again by a German spreadsheet: semicolons, WAHR and FALSCH. */
export const MICROSOFT_365 = `Block credential;City;Department;Display name;First name;Last name;Proxy addresses;Soft deletion timestamp;User principal name
FALSCH;Graz;Engineering;Ada Osei;Ada;Osei;SMTP:ada@example.com+smtp:ada.osei@example.com;;ada@example.com
WAHR;Graz;Sales;Bertil Ashgrove;Bertil;Ashgrove;SMTP:bertil@example.com;;bertil@example.com
FALSCH;Linz;Sales;Corin Vale;Corin;Vale;SMTP:corin@example.com;30.10.2026 17:00:00;corin@example.com
`;

/** Google Workspace, every column. */
export const GOOGLE = `First Name [Required],Last Name [Required],Email Address [Required],Password [Required],Password Hash Function [UPLOAD ONLY],Org Unit Path [Required],New Primary Email [UPLOAD ONLY],Status [READ ONLY],Last Sign In [READ ONLY],Recovery Email,Home Secondary Email,Work Secondary Email,Recovery Phone [MUST BE IN THE E.164 FORMAT],Work Phone,Home Phone,Mobile Phone,Work Address,Home Address,Employee ID,Employee Type,Employee Title,Manager Email,Department,Cost Center,2sv Enrolled [READ ONLY],2sv Enforced [READ ONLY],Building ID,Floor Name,Floor Section,Email Usage [READ ONLY],Drive Usage [READ ONLY],Photos Usage [READ ONLY],Storage limit [READ ONLY],Storage Used [READ ONLY],Change Password at Next Sign-In,New Status [UPLOAD ONLY]
Ada,Osei,ada@example.com,****,,/Engineering,,Active,2026/11/19 04:05:20,,,ada.osei@example.com,,'+43 1 234,,,,,1001,,Engineer,olivia@example.com,Engineering,,True,False,,,,0.3GB,2.49GB,0.0GB, --,2.78GB,False,
Bertil,Ashgrove,bertil@example.com,****,,/Sales,,Suspended,Never logged in,bertil.home@mail.example,,,,,,,,,1002,,,olivia@example.com,Sales,,False,False,,,,0.0GB,0.0GB,0.0GB, --,0.0GB,False,
Corin,Vale,corin@example.com,****,,/Former,,Archived,2026/09/01 10:00:00,,,,,,,,,,1003,,,,Sales,,False,False,,,,0.0GB,0.0GB,0.0GB, --,0.0GB,False,
`;

/** Google Workspace, the columns of its list alone. */
export const GOOGLE_SHORT = `First Name [Required],Last Name [Required],Email Address [Required],Status [READ ONLY],Last Sign In [READ ONLY],Email Usage [READ ONLY]
Ada,Osei,ada@example.com,Active,2026/11/19 04:05:20,0.3GB
`;

/** Notion's own list of members and guests. */
export const NOTION = `Name,Email,Role,Last active
Olivia Owner,olivia@example.com,Workspace owner,2026-11-19
Ada Osei,ada@example.com,Member,2026-11-19
Gus Guest,gus@partner.example,Guest,2026-10-01
`;

/** An HR system, in German, with the words of its own and people without an address. */
export const HR = `Personalnummer;Name;E-Mail geschäftlich;Status;Letzter Arbeitstag;Abteilung;Vorgesetzte
1001;Ada Osei;ada@example.com;Aktiv;;Engineering;olivia@example.com
1002;Bertil Ashgrove;bertil@example.com;Ausgetreten;30.10.2026;Sales;olivia@example.com
1006;Fenna Marsh;fenna@example.com;Aktiv;30.11.2026;Sales;olivia@example.com
1007;Gaspard Roux;;Aktiv;;Engineering;ada@example.com
`;
