/** Texts that whoever may send a request to GitLab, or write into a log, could make to be read slowly. Each repeats up to a size. */
const open = '{"method":"POST","path":"/oauth/token","params":[{"key":"client_id","value":"';
const need = "/oauth/token";

const times = (unit: string, size: number): string => unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
/** Lines of `length` letters each. */
const lines =
  (length: number, line: (length: number, index: number) => string) =>
  (size: number): string =>
    Array.from({ length: Math.max(1, Math.floor(size / length)) }, (_, index) => `${line(length, index)}\n`).join("");
const docker = (log: string): string => JSON.stringify({ log, stream: "stdout", time: "2024-05-01T10:00:00Z" });
const cut = 16 * 1024;

export const hostile: Readonly<Record<string, (size: number) => string>> = {
  "lines cut at 16 KiB in a string": lines(cut, (length) => `${open}${times("a ", length - open.length)}`),
  "lines cut at 16 KiB, full of quotes": lines(cut, (length) => `${open}${times('\\" "', length - open.length)}`),
  "lines cut at 16 KiB, full of open objects": lines(cut, (length) => `${open}${times('{"a":', length - open.length)}`),
  "docker's lines, each a part": lines(cut * 2, (length) =>
    docker(`${open}${times('"x" , ', length / 3)}`.padEnd(cut, "z")),
  ),
  "docker's lines, each a part, with needles": lines(cut * 2, () => docker(times(`${need} "`, cut))),
  "containerd's parts without an end": lines(
    cut,
    (length) => `2024-05-01T10:00:00.123456789Z stdout P ${times(`${need} {"`, length - 40)}`,
  ),
  "containerd's short parts": lines(100, () => `2024-05-01T10:00:00.123456789Z stdout P ${need} {"a":"b`),
  "a long syslog line": lines(120 * 1024, (length) => `<13>1 ${times("T", length - 40)} ${need}`),
  "a long syslog line of hosts": lines(120 * 1024, (length) => `May  1 10:00:00 ${times("a-", length - 40)} ${need}`),
  "a long line of a pod's name": lines(120 * 1024, (length) => `${times("a-", length - 40)} ${need}`),
  "a long path before a colon": lines(120 * 1024, (length) => `${times("a/1.1-", length - 40)} ${need}`),
  "an open string": (size) => `{"a":"${times(`${need} \\"{`, size)}`,
  "an open string over many lines": (size) => `{"a":\n${times(`"b": "${need}\n`, size)}`,
  "keys of objects that never end": (size) => times(`"path": "${need}", {\n`, size),
  "keys without an object": (size) => times(`"${need}"\n`, size),
  "opening braces": (size) => times(`{{{{"${need}`, size),
  "opening braces and line ends": (size) => times(`{"a":{"b":{"c":\n"${need}"\n`, size),
  "quoted objects that never end": (size) => times(`"{\\"path\\":\\"${need}\n`, size),
  "small objects on one line": (size) => times(`{"path":"${need}"},`, size),
  "small records on one line": (size) => times(`{"path":"${need}","status":400,"params":[]} `, size),
  "lists in lists": lines(100_000, (length) => `{"path":"${need}","a":${times("[", length - 40)}`),
  "whole lists in lists": lines(100_000, (length) => {
    const depth = Math.floor((length - 60) / 2);
    return `{"msg":"invalid_grant","a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  }),
  "objects in objects": lines(100_000, (length) => `{"x":"${need}","a":${times('{"a":', length - 40)}`),
  "texts in texts": lines(60_000, (length) => {
    let text = `{"path":"${need}"}`;
    while (text.length < length / 2) text = JSON.stringify({ log: text });
    return text;
  }),
  backslashes: lines(100_000, (length) => `{"path":"${need}","a":"${times("\\", length - 40)}`),
  blanks: lines(100_000, (length) => `${times(" ", length - 40)}"${need}`),
  "blanks behind a key": lines(100_000, (length) => `{"path":"${need}"${times(" ", length - 40)}`),
  "half a tag": lines(100_000, (length) => `<code>{&quot;path&quot;:&quot;${need}${times("<a", length - 60)}`),
  entities: lines(100_000, (length) => `{&quot;path&quot;:&quot;${need}${times("&quot;", length - 60)}`),
  "quotation marks of Markdown": (size) => times(`> "path": "${need}",\n> `, size),
  "single quotes": lines(100_000, (length) => `{'path':'${need}'${times("'", length - 40)}`),
  "curly quotes": lines(100_000, (length) => `{\u201cpath\u201d:\u201c${need}${times("\u201c", (length - 40) / 3)}`),
  "left-out values": lines(100_000, (length) => `{"path":"${need}",${times("...", length - 40)}`),
  "dots and commas": lines(100_000, (length) => `{"path":"${need}",${times(". ,", length - 40)}`),
  "labels before a record": lines(
    100_000,
    (length) => `${times('a="b" ', length - 60)}{"path":"${need}","status":400}`,
  ),
  "words before a record": lines(
    100_000,
    (length) => `${times("[1] a: ", length - 60)}{"path":"${need}","status":400}`,
  ),
  colours: lines(100_000, (length) => `${times("\u001b[3", length - 40)}${need}`),
  "a moved project": lines(
    100_000,
    (length) => `responded with code 405 ${times("responded with code 4", length - 60)}`,
  ),
  "requests of a web server": lines(100_000, (length) => `POST ${times("/oauth/toke", length - 40)} ${need}`),
  addresses: lines(
    1000,
    (length) =>
      `{"path":"${need}","status":400,"grant_type":"refresh_token","correlation_id":"${times("a:", length - 100)}"}`,
  ),
  mails: lines(
    1000,
    (length) =>
      `{"path":"${need}","status":400,"params":{"grant_type":"refresh_token","client_id":"${times("a.", length - 120)}"}}`,
  ),
  headings: (size) => times(`==> web-1/a.log <==\n{"path":"${need}","status":400}\n`, size),
  "short lines of text": (size) => times("a b\n", size),
  "texts before records": (size) => times(`web:\n{"path":"${need}"}\n`, size),
  "fields around records": lines(
    100_000,
    (length) =>
      `{"x":"${times("a b", length / 2)}","hits":[${times(`{"path":"${need}","status":400},`, length / 2 - 40)}{}]}`,
  ),
  "many fields around a record": lines(
    100_000,
    (length) =>
      `{"r":{"path":"${need}","status":400},"x":[${times('{"key":"host","value":"a:a:a"},', length - 80)}{}]}`,
  ),
  "words of colons before a record": lines(
    100_000,
    (length) => `${times("a:", length - 60)} {"path":"${need}","status":400}`,
  ),
  "cells of colons behind a record": lines(
    100_000,
    (length) => `"{""path"":""${need}"",""status"":400}",${times("::1,", length - 60)}`,
  ),
  "addresses of colons": lines(
    1000,
    (length) =>
      `{"path":"${need}","status":400,"remote_ip":"${times("a:", length - 80)}","params":{"grant_type":"refresh_token"}}`,
  ),
  "hosts of slashes": lines(100_000, (length) => `x ${times("://a", length - 60)} Net::ReadTimeout`),
  "refused API requests": (size) => times('{"path":"/api/v4/a","status":403}\n', size),
};

/** An ordinary log of token requests. */
export const plain = (size: number): string =>
  lines(1100, (_length, index) =>
    JSON.stringify({
      method: "POST",
      path: need,
      format: "*/*",
      controller: "Oauth::TokensController",
      action: "create",
      status: 200,
      time: new Date(Date.UTC(2024, 4, 1) + index * 60_000).toISOString(),
      params: [
        { key: "client_id", value: "5c1f".repeat(16) },
        { key: "client_secret", value: "[FILTERED]" },
        { key: "grant_type", value: "refresh_token" },
        { key: "refresh_token", value: "[FILTERED]" },
      ],
      correlation_id: `01HX${index}`,
      "meta.remote_ip": "10.1.2.3",
      filler: "x".repeat(500),
      duration_s: 0.1,
    }),
  )(size);
