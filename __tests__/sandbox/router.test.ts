import { ok, route } from "../../sandbox/tfe/api/route";
import { createRouter } from "../../sandbox/tfe/router";

const handle = () => ok(null);

describe("the router", () => {
  const find = createRouter([
    route("GET", "/things/:id", handle),
    route("GET", "/things/special", handle),
    route("POST", "/things/special/actions/:action", handle),
    route("DELETE", "/things/:id/actions/:action", handle),
  ]);
  const match = (method: string, path: string) => {
    const found = find(method, path);
    return found === undefined ? undefined : [found.route.path, found.params];
  };

  it("takes the literal segment before the parameter, and goes back when it leads nowhere", () => {
    expect(match("GET", "/api/v2/things/special")).toEqual(["/api/v2/things/special", {}]);
    expect(match("GET", "/api/v2/things/other/")).toEqual(["/api/v2/things/:id", { id: "other" }]);
    expect(match("DELETE", "/api/v2/things/special/actions/x")).toEqual([
      "/api/v2/things/:id/actions/:action",
      { id: "special", action: "x" },
    ]);
  });

  it("decodes what a parameter stands for, and leaves what cannot be decoded", () => {
    expect(match("GET", "/api/v2/things/a%2Fb%20c")).toEqual(["/api/v2/things/:id", { id: "a/b c" }]);
    expect(match("GET", "/api/v2/things/%E0%A4%A")).toEqual(["/api/v2/things/:id", { id: "%E0%A4%A" }]);
  });

  it("finds nothing for another method or a longer path", () => {
    expect(match("PUT", "/api/v2/things/x")).toBeUndefined();
    expect(match("GET", "/api/v2/things/x/y")).toBeUndefined();
    expect(match("GET", "/")).toBeUndefined();
  });

  it("refuses two routes for one request", () => {
    expect(() => createRouter([route("GET", "/a/:x", handle), route("GET", "/a/:y", handle)])).toThrow("two routes");
  });
});
