/** Addresses of others that one client may reach through its relays; those seen last stay. */
export const MAX_PEER_ADDRESSES = 128

/** Of one of them. */
export const MAX_ADDRESSES_PER_PEER = 64

/** Candidates that are read out of one signal. */
export const MAX_CANDIDATES_PER_SIGNAL = 64

/** Values that are looked at in a signal of an older dialect, and how deep. */
export const MAX_SIGNAL_VALUES = 200
export const MAX_SIGNAL_DEPTH = 6

/** Sessions of one page whose relays go on in the last one. */
export const MAX_FORMER_LOGINS = 4

/** Fresh credentials after calls: so many at once, and one each minute; then the old ones stay. */
export const RENEWALS = { perSecond: 1 / 60, burst: 30 }

/** Credentials of clients that get fresh ones in time are of use for an hour, however they leak. */
export const RENEWED_LIFE_S = 60 * 60

/** Those of clients that can’t be given others last longer: they end with the client. */
export const LASTING_LIFE_S = 24 * 60 * 60
