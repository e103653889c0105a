import { UsageError } from "../../lib/errors";
import { proxyFor, proxyName } from "../../lib/http/proxy";

const P = "http://proxy.example.com:3128";
const chosen = (target: string, env: NodeJS.ProcessEnv) => proxyFor(new URL(target), env)?.url.origin ?? "direct";

describe("the proxy", () => {
  it.each<[string, NodeJS.ProcessEnv, string]>([
    ["https://tfe.example.com/", { HTTPS_PROXY: P }, P],
    ["https://tfe.example.com/", { https_proxy: P }, P],
    ["https://tfe.example.com/", { HTTPS_PROXY: "", https_proxy: P }, P],
    ["https://tfe.example.com/", { HTTPS_PROXY: P, https_proxy: "http://other:1" }, P],
    ["https://tfe.example.com/", { HTTP_PROXY: P }, "direct"],
    ["http://tfe.example.com/", { HTTP_PROXY: P }, P],
    ["http://tfe.example.com/", { http_proxy: P }, P],
    ["http://tfe.example.com/", { HTTPS_PROXY: P }, "direct"],
    ["https://tfe.example.com/", { HTTPS_PROXY: "proxy.example.com:3128" }, P],
    ["https://tfe.example.com/", { HTTPS_PROXY: "proxy.example.com" }, "http://proxy.example.com"],
    ["https://tfe.example.com/", { ALL_PROXY: P }, "direct"],
    ["https://tfe.example.com/", {}, "direct"],
    ["https://127.0.0.1:1/", { HTTPS_PROXY: P }, "direct"],
    ["https://127.8.9.1/", { HTTPS_PROXY: P }, "direct"],
    ["http://localhost:8080/", { HTTP_PROXY: P }, "direct"],
    ["http://[::1]:8080/", { HTTP_PROXY: P }, "direct"],
  ])("for %s with %j is %s", (target, env, proxy) => {
    expect(chosen(target, env)).toBe(proxy);
  });

  // The table of Go's own documentation (golang.org/x/net/http/httpproxy, Config.NoProxy), case by case.
  it.each<[string, string, boolean]>([
    ["example.com", "https://example.com/", true],
    ["example.com", "https://a.b.example.com/", true],
    ["example.com", "https://badexample.com/", false],
    [".example.com", "https://a.example.com/", true],
    [".example.com", "https://example.com/", false],
    ["*.example.com", "https://a.example.com/", true],
    ["*.example.com", "https://example.com/", false],
    ["EXAMPLE.com", "https://example.COM/", true],
    ["other.com, example.com ,", "https://example.com/", true],
    ["other.com example.com", "https://example.com/", false],
    ["example.com:443", "https://example.com/", true],
    ["example.com:8443", "https://example.com/", false],
    ["example.com:8443", "https://example.com:8443/", true],
    ["*", "https://example.com/", true],
    ["10.0.0.0/8", "https://10.1.2.3/", true],
    ["10.0.0.0/8", "https://11.1.2.3/", false],
    ["10.1.2.3", "https://10.1.2.3/", true],
    ["10.1.2.3:8443", "https://10.1.2.3/", false],
    ["10.0.0.0/8", "https://ten.example.com/", false],
    ["10.0.0.0/99", "https://10.1.2.3/", false],
    ["fd00::/8", "https://[fd00::1]/", true],
    ["[fd00::1]:443", "https://[fd00::1]/", true],
    ["", "https://example.com/", false],
  ])("is passed by with NO_PROXY=%s for %s: %s", (noProxy, target, direct) => {
    for (const name of ["NO_PROXY", "no_proxy"]) {
      expect(chosen(target, { HTTPS_PROXY: P, [name]: noProxy })).toBe(direct ? "direct" : P);
    }
  });

  it.each(["ftp://proxy:21", "http://", "://secret@x", "http://a b"])("is refused without being shown: %s", (value) => {
    const refused = () => proxyFor(new URL("https://tfe.example.com/"), { HTTPS_PROXY: value });
    expect(refused).toThrow(UsageError);
    expect(refused).toThrow("HTTPS_PROXY is not the address of a proxy");
    expect(refused).not.toThrow("secret");
  });

  it("is called by its address, never by its user or password", () => {
    const proxy = proxyFor(new URL("https://a.com/"), { HTTPS_PROXY: "http://me:secret@proxy.example.com:3128" });
    expect(proxy && proxyName(proxy)).toBe("http://proxy.example.com:3128 (HTTPS_PROXY)");
  });
});
