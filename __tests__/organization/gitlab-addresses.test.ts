import { brief, good, problems } from "./organization-files";

const gitlab = (settings: string) => brief(good.replace(/gitlab:\n.*\n.*\n/, `gitlab: {${settings}}\n`));

describe("a service provider and its addresses", () => {
  it.each([
    "url: https://gitlab.com, serviceProvider: gitlab_hosted",
    "url: 'https://GitLab.com:443/', serviceProvider: gitlab_hosted",
    "url: https://gitlab.com, apiUrl: https://gitlab.com/api/v4/, serviceProvider: gitlab_hosted",
    "url: https://gitlab.example.com/gitlab, serviceProvider: gitlab_enterprise_edition",
    "url: http://gitlab.example.com:8080, serviceProvider: gitlab_community_edition",
    "url: https://mygitlab.com, serviceProvider: gitlab_community_edition",
  ])("go together: %s", (settings) => {
    expect(gitlab(settings)).toEqual(["none"]);
  });

  // "HTTP URL cannot point to https://gitlab.com when service-provider is gitlab_community_edition" (provider issue 447).
  it.each([
    ["url: https://gitlab.com, serviceProvider: gitlab_community_edition", "gitlab.serviceProvider"],
    ["url: https://gitlab.com/, serviceProvider: gitlab_enterprise_edition", "gitlab.serviceProvider"],
    ["url: https://GITLAB.com, serviceProvider: gitlab_community_edition", "gitlab.serviceProvider"],
    [
      "url: https://gitlab.example.com, apiUrl: https://gitlab.com/api/v4, serviceProvider: gitlab_community_edition",
      "gitlab.serviceProvider",
    ],
    ["url: https://gitlab.com/group, serviceProvider: gitlab_hosted", "gitlab.url"],
    ["url: http://gitlab.com, serviceProvider: gitlab_hosted", "gitlab.url"],
    ["url: https://gitlab.com:8443, serviceProvider: gitlab_hosted", "gitlab.url"],
    ["url: https://gitlab.example.com, serviceProvider: gitlab_hosted", "gitlab.url"],
    ["url: https://www.gitlab.com, serviceProvider: gitlab_hosted", "gitlab.url"],
    [
      "url: https://gitlab.com, apiUrl: https://gitlab.example.com/api/v4, serviceProvider: gitlab_hosted",
      "gitlab.apiUrl",
    ],
  ])("do not: %s", (settings, path) => {
    expect(gitlab(settings).map((line) => line.split(": ")[1])).toEqual([path]);
  });

  it("are explained", () => {
    const hosted = good.replace("gitlab_enterprise_edition", "gitlab_hosted");
    const own = good.replace("https://gitlab.example.com/", "https://gitlab.com");
    expect([problems(hosted), problems(own)]).toMatchInlineSnapshot(`
      [
        "organizations/acme.yaml:5:8: gitlab.url: gitlab_hosted requires https://gitlab.com; got https://gitlab.example.com/ [organization/addresses]
          fix: for a self-managed GitLab, use gitlab_enterprise_edition or gitlab_community_edition",
        "organizations/acme.yaml:6:20: gitlab.serviceProvider: gitlab_enterprise_edition is for a self-managed GitLab, but https://gitlab.com is GitLab.com: TFE refuses that [organization/addresses]
          fix: for GitLab.com, use gitlab_hosted; for a self-managed GitLab, use its own address",
      ]
    `);
  });
});

describe("movedFrom", () => {
  const moved = (value: string) =>
    gitlab(`url: https://new.example.com, serviceProvider: gitlab_community_edition, movedFrom: ${value}`);

  it.each(["https://old.example.com/", "[https://a.example.com, https://b.example.com/gitlab]"])(
    "takes %s",
    (value) => {
      expect(moved(value)).toEqual(["none"]);
    },
  );

  it.each(["old.example.com", "[]", "7", "https://old.example.com/api/v4", "[https://a.example.com, b]"])(
    "does not take %s",
    (value) => {
      expect(moved(value)).not.toEqual(["none"]);
      expect(moved(value).join()).toContain("gitlab.movedFrom");
    },
  );
});
