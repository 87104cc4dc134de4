// CloudEvents as the gateway takes them: structured JSON, with the phone's own time and its UTC offset.

/** Local time with its offset, such as 2026-11-24T21:03:00+01:00: the offset decides the patient's day. */
export function localTime(at = new Date()) {
  const two = (number) => String(number).padStart(2, "0");
  const offset = -at.getTimezoneOffset();
  const sign = offset < 0 ? "-" : "+";
  const zone = `${sign}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}${zone}`;
}

export function cloudEvent(device, type, data) {
  const source = `app/${device.device_id.slice(0, 8)}`;
  return { specversion: "1.0", id: crypto.randomUUID(), source, type, subject: device.subject, time: localTime(), data };
}
