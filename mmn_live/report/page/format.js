// Numbers and times as people read them.

/** 75.25 -> "1:15.25". */
export function clock(time, digits = 2) {
  const rounded = Number(Math.max(time, 0).toFixed(digits));
  const hours = Math.floor(rounded / 3600);
  const minutes = Math.floor((rounded % 3600) / 60);
  const rest = (rounded % 60).toFixed(digits).padStart(digits ? digits + 3 : 2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

export function percent(share) {
  return share === null ? "–" : `${(100 * share).toFixed(1)} %`;
}

export function perMinute(value) {
  return value === null ? "–" : value.toFixed(2);
}

export function minutes(secondsObserved) {
  return (secondsObserved / 60).toFixed(2);
}
