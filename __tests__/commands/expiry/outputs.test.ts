import fc from "fast-check";
import ICAL from "ical.js";
import { calendarText } from "../../../lib/commands/expiry/calendar";
import { type JudgedPat, judgePat, type PatFacts } from "../../../lib/commands/expiry/entry";
import { prometheusText } from "../../../lib/commands/expiry/prometheus";
import { printable } from "../../../lib/util/plain-text";
import "../../seed";

const limits = { minDays: 14, warnDays: 60 };
const now = new Date("2026-11-28T12:00:00Z");
const facts: PatFacts = {
  name: "acme",
  hostname: "tfe.example.com",
  organization: "acme",
  variable: "TF_VAR_gitlab_pat",
  recorded: null,
  asked: undefined,
};
const pat = (changes: Partial<PatFacts>): JudgedPat => judgePat({ ...facts, ...changes }, now.getTime(), limits);
const usable = (expiresAt: string | null) =>
  ({ type: "answered", check: { type: "usable", expiresAt, id: 7 } }) as const;
const revoked = { type: "answered", check: { type: "unusable", reason: "it is revoked", todo: "" } } as const;
const down = { type: "not-asked", reason: "GitLab is down", todo: "later", code: 3 } as const;
const recorded = {
  readAt: "2026-11-07T12:00:00.000Z",
  apiUrl: "https://gitlab.example.com/api/v4",
  tokenId: 7,
  usable: true,
  reason: null,
  expiresAt: "2027-01-01",
};
const everyKind = [
  pat({ name: "soon", organization: "soon", asked: usable("2026-12-08") }),
  pat({ name: "endless", organization: "endless", asked: usable(null) }),
  pat({ name: "revoked", organization: "revoked", asked: revoked }),
  pat({ name: "down", organization: "down", asked: down }),
  pat({ name: "down-recorded", organization: "down-recorded", asked: down, recorded }),
  pat({ name: "wrong", hostname: null, organization: null, variable: null, asked: { ...down, code: 2 } }),
];

describe("metrics", () => {
  interface Sample {
    readonly metric: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: string;
  }

  /** Reads the text format as Prometheus documents it ("Exposition formats"): comments, then samples of the metric that they announce. */
  function parse(text: string): readonly Sample[] {
    expect(text.endsWith("\n")).toBe(true);
    const announced = new Map<string, Set<string>>();
    const samples: Sample[] = [];
    for (const line of text.slice(0, -1).split("\n")) {
      const comment = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line);
      if (comment !== null) {
        const [, keyword = "", metric = "", rest = ""] = comment;
        const known = announced.get(metric) ?? new Set();
        expect(known).not.toContain(keyword);
        expect(samples.map((sample) => sample.metric)).not.toContain(metric);
        if (keyword === "TYPE") expect(rest).toBe("gauge");
        announced.set(metric, known.add(keyword));
        continue;
      }
      const [, metric = "", inner = "", value = ""] =
        /^([a-zA-Z_:][\w:]*)\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\\\|\\"|\\n)*",?)*)\} (\S+)$/.exec(line) ?? [];
      expect([line, announced.get(metric)]).toEqual([line, new Set(["HELP", "TYPE"])]);
      const labels = [...inner.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"/g)].map(
        ([, label, raw = ""]) => [
          label,
          raw.replaceAll(/\\(.)/g, (_, letter: string) => (letter === "n" ? "\n" : letter)),
        ],
      );
      expect(value === "+Inf" || Number.isFinite(Number(value))).toBe(true);
      samples.push({ metric, labels: Object.fromEntries(labels), value });
    }
    return samples;
  }

  it("have one sample a kind of answer, and a success for every organization", () => {
    const samples = parse(prometheusText(everyKind)).map(
      ({ metric, labels, value }) => `${metric} ${labels.name} ${value}`,
    );
    expect(samples).toEqual([
      "repoint_pat_check_success down 0",
      "repoint_pat_check_success down-recorded 0",
      "repoint_pat_check_success endless 1",
      "repoint_pat_check_success revoked 1",
      "repoint_pat_check_success soon 1",
      "repoint_pat_check_success wrong 0",
      "repoint_pat_usable down-recorded 1",
      "repoint_pat_usable endless 1",
      "repoint_pat_usable revoked 0",
      "repoint_pat_usable soon 1",
      "repoint_pat_expiry_timestamp_seconds down-recorded 1798761600",
      "repoint_pat_expiry_timestamp_seconds endless +Inf",
      "repoint_pat_expiry_timestamp_seconds soon 1796688000",
      "repoint_pat_days_left down-recorded 33",
      "repoint_pat_days_left endless +Inf",
      "repoint_pat_days_left soon 9",
      "repoint_pat_reading_timestamp_seconds down-recorded 1794052800",
      "repoint_pat_reading_timestamp_seconds endless 1795867200",
      "repoint_pat_reading_timestamp_seconds revoked 1795867200",
      "repoint_pat_reading_timestamp_seconds soon 1795867200",
    ]);
  });

  it("keep every name, and show what is invisible", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (name, organization) => {
        const [sample] = parse(prometheusText([pat({ name, organization, asked: down })]));
        expect(sample?.labels).toEqual({
          name: printable(name),
          hostname: "tfe.example.com",
          organization: printable(organization),
        });
      }),
    );
  });

  it("are an empty text of no organization", () => {
    expect(prometheusText([])).toBe("");
  });
});

describe("a calendar", () => {
  function eventsOf(text: string) {
    // Lines end in CRLF, and none is longer than 75 octets (RFC 5545, 3.1).
    for (const line of text.split("\r\n")) {
      expect(line).not.toContain("\n");
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    }
    const calendar = new ICAL.Component(ICAL.parse(text));
    return calendar.getAllSubcomponents("vevent").map((component) => {
      const { uid, sequence, startDate, summary, description } = new ICAL.Event(component);
      const alarms = component.getAllSubcomponents("valarm").map((alarm) => ({
        action: alarm.getFirstPropertyValue("action"),
        trigger: String(alarm.getFirstPropertyValue("trigger")),
      }));
      return { uid, sequence, start: startDate.toJSDate().toISOString(), summary, description, alarms };
    });
  }

  it("has an event for each token with a date", () => {
    const alarms = [
      { action: "DISPLAY", trigger: "-P60D" },
      { action: "DISPLAY", trigger: "-P14D" },
    ];
    const [first, second, ...more] = eventsOf(calendarText(everyKind, now, limits));
    expect(more).toEqual([]);
    expect(first).toEqual({
      uid: expect.stringMatching(/^repoint-pat-[0-9a-f]{32}@repoint$/),
      sequence: 20795,
      start: "2026-12-08T00:00:00.000Z",
      summary: "GitLab PAT of soon expires",
      description:
        "Terraform Enterprise organization soon on tfe.example.com. At this moment GitLab stops taking the token of its VCS connection. Before that: repoint rotate soon. As GitLab said at 2026-11-28T12:00:00.000Z.",
      alarms,
    });
    expect(second).toMatchObject({
      start: "2027-01-01T00:00:00.000Z",
      summary: "GitLab PAT of down-recorded expires",
      alarms,
    });
    expect(second?.uid).not.toBe(first?.uid);
  });

  it("moves the event of a token that was replaced", () => {
    const [before] = eventsOf(calendarText([pat({ asked: usable("2026-12-08") })], now, limits));
    const [after] = eventsOf(
      calendarText([pat({ asked: usable("2027-11-27") })], new Date("2026-12-01T00:00:00Z"), limits),
    );
    expect(after?.uid).toBe(before?.uid);
    expect(after?.sequence).toBeGreaterThan(before?.sequence ?? 0);
  });

  it("keeps every name, escaped and folded", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."aZ9;,\\:\"'=äß€🚀 "), minLength: 1, maxLength: 200 }),
        (organization) => {
          const [event] = eventsOf(calendarText([pat({ organization, asked: usable("2026-12-08") })], now, limits));
          expect(event?.summary).toBe(`GitLab PAT of ${organization} expires`);
        },
      ),
    );
  });

  it("lets no name add lines of its own", () => {
    const organization = "a\r\nEND:VEVENT\r\nBEGIN:VEVENT\u2028X\u202e";
    const [event, ...more] = eventsOf(calendarText([pat({ organization, asked: usable("2026-12-08") })], now, limits));
    expect(more).toEqual([]);
    expect(event?.summary).toBe("GitLab PAT of a\\r\\nEND:VEVENT\\r\\nBEGIN:VEVENT\\u2028X\\u202e expires");
  });
});
