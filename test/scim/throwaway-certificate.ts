/**
 * A certificate for 127.0.0.1 that signs itself, with its key: made for these tests, trusted by nothing, and good for
 * nothing else. It was made by `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500
 * -subj "/CN=throwaway of a test" -addext "subjectAltName=IP:127.0.0.1"`.
 */
export const THROWAWAY_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBpDCCAUmgAwIBAgITe8H3NfvI2NSZWC+kMpcQoTW/cDAKBggqhkjOPQQDAjAe
MRwwGgYDVQQDDBN0aHJvd2F3YXkgb2YgYSB0ZXN0MCAXDTI2MTEyMTE2NTQ0MVoY
DzIxMjYxMDI4MTY1NDQxWjAeMRwwGgYDVQQDDBN0aHJvd2F3YXkgb2YgYSB0ZXN0
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7q0u7KiUrOoLQUGJABvcb34zK2dt
OU/vs3qJm/Cv99/dEU0I/f2UWHa7EjXp+yTj6lttjXuvO3Vs7hdfnfWOUKNkMGIw
HQYDVR0OBBYEFAEydP0SVfJ9rTVBue3OiWyesE0hMB8GA1UdIwQYMBaAFAEydP0S
VfJ9rTVBue3OiWyesE0hMA8GA1UdEwEB/wQFMAMBAf8wDwYDVR0RBAgwBocEfwAA
ATAKBggqhkjOPQQDAgNJADBGAiEApN7MJ5vFbgceDmekzA2xAiI+GrTyXHbLwk0j
zZcZlzMCIQDLLjdj6qPVvMC7Mq+ScpW5TBbJU62hN5THdjlYTCpWNQ==
-----END CERTIFICATE-----
`;

export const THROWAWAY_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2NMzSoVd80AegfKy
7mDIYI2oSua5y8U8SMT/Noc/MJehRANCAATurS7sqJSs6gtBQYkAG9xvfjMrZ205
T++zeomb8K/3390RTQj9/ZRYdrsSNen7JOPqW22Ne687dWzuF1+d9Y5Q
-----END PRIVATE KEY-----
`;
