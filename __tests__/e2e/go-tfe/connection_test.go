package conformance

import (
	"testing"

	tfe "github.com/hashicorp/go-tfe"
)

func TestConnection(t *testing.T) {
	client := newClient(t)
	organization := newOrganization(t, client)
	connection, tokenID := newConnection(t, client, organization)
	equal(t, "name", *connection.Name, "GitLab")
	equal(t, "organization", connection.Organization.Name, organization)
	equal(t, "service provider", connection.ServiceProvider, tfe.ServiceProviderGitlabCE)
	equal(t, "display name", connection.ServiceProviderName, "GitLab Community Edition")
	equal(t, "scope", *connection.OrganizationScoped, true)
	equal(t, "key", connection.Key, "")
	equal(t, "secret", connection.Secret, "")
	if connection.CreatedAt.IsZero() || connection.CallbackURL == "" || connection.ConnectPath == "" {
		t.Errorf("incomplete: %+v", connection)
	}

	listed, err := client.OAuthClients.List(ctx, organization, &tfe.OAuthClientListOptions{
		Include: []tfe.OAuthClientIncludeOpt{tfe.OauthClientOauthTokens, tfe.OauthClientProjects},
	})
	must(t, err)
	equal(t, "connections", len(listed.Items), 1)
	equal(t, "user of the included token", listed.Items[0].OAuthTokens[0].ServiceProviderUser, "sandbox-bot")

	updated, err := client.OAuthClients.Update(ctx, connection.ID, tfe.OAuthClientUpdateOptions{
		Name: tfe.String("GitLab (PAT)"), OAuthToken: tfe.String("glpat-rotated"),
	})
	must(t, err)
	equal(t, "changed name", *updated.Name, "GitLab (PAT)")
	equal(t, "token id after a rotation", updated.OAuthTokens[0].ID, tokenID)

	_, err = client.OAuthClients.Read(ctx, "oc-DoesNotExist0000")
	fails(t, "a connection that is not there", err, tfe.ErrResourceNotFound)
}

func TestConnectionIsRefused(t *testing.T) {
	client := newClient(t)
	organization := newOrganization(t, client)
	_, err := client.OAuthClients.Create(ctx, organization, tfe.OAuthClientCreateOptions{
		APIURL:          tfe.String("not a url"),
		HTTPURL:         tfe.String("https://gitlab.example.test"),
		OAuthToken:      tfe.String("x"),
		ServiceProvider: tfe.ServiceProvider(tfe.ServiceProviderGitlabCE),
	})
	refused(t, "a wrong URL", err, "api-url")
}

func TestConnectionOfProjects(t *testing.T) {
	client := newClient(t)
	organization := newOrganization(t, client)
	connection, tokenID := newConnection(t, client, organization)
	project, err := client.Projects.Create(ctx, organization, tfe.ProjectCreateOptions{Name: "Scoped"})
	must(t, err)
	_, err = client.OAuthClients.Update(ctx, connection.ID, tfe.OAuthClientUpdateOptions{OrganizationScoped: tfe.Bool(false)})
	must(t, err)
	workspace := newWorkspace(t, client, organization, tfe.WorkspaceCreateOptions{Project: project})
	link := tfe.WorkspaceUpdateOptions{VCSRepo: &tfe.VCSRepoOptions{
		Identifier: tfe.String("group/project"), OAuthTokenID: &tokenID,
	}}
	_, err = client.Workspaces.UpdateByID(ctx, workspace.ID, link)
	refused(t, "a connection that is closed to the project", err, "not available")

	must(t, client.OAuthClients.AddProjects(ctx, connection.ID, tfe.OAuthClientAddProjectsOptions{
		Projects: []*tfe.Project{project},
	}))
	read, err := client.OAuthClients.ReadWithOptions(ctx, connection.ID, &tfe.OAuthClientReadOptions{
		Include: []tfe.OAuthClientIncludeOpt{tfe.OauthClientProjects},
	})
	must(t, err)
	equal(t, "attached project", read.Projects[0].Name, "Scoped")
	_, err = client.Workspaces.UpdateByID(ctx, workspace.ID, link)
	must(t, err)

	must(t, client.OAuthClients.RemoveProjects(ctx, connection.ID, tfe.OAuthClientRemoveProjectsOptions{
		Projects: []*tfe.Project{project},
	}))
	read, err = client.OAuthClients.Read(ctx, connection.ID)
	must(t, err)
	equal(t, "projects left", len(read.Projects), 0)
	err = client.OAuthClients.AddProjects(ctx, connection.ID, tfe.OAuthClientAddProjectsOptions{
		Projects: []*tfe.Project{{ID: "prj-DoesNotExist000"}},
	})
	refused(t, "a project that is not there", err, "not found")
}

func TestToken(t *testing.T) {
	client := newClient(t)
	organization := newOrganization(t, client)
	connection, tokenID := newConnection(t, client, organization)
	token, err := client.OAuthTokens.Read(ctx, tokenID)
	must(t, err)
	equal(t, "connection", token.OAuthClient.ID, connection.ID)
	equal(t, "SSH key", token.HasSSHKey, false)
	listed, err := client.OAuthTokens.List(ctx, organization, nil)
	must(t, err)
	equal(t, "tokens", len(listed.Items), 1)

	_, err = client.OAuthTokens.Update(ctx, tokenID, tfe.OAuthTokenUpdateOptions{PrivateSSHKey: tfe.String("no key")})
	refused(t, "what is no key", err, "Ssh key is invalid")
	token, err = client.OAuthTokens.Update(ctx, tokenID, tfe.OAuthTokenUpdateOptions{
		PrivateSSHKey: tfe.String("-----BEGIN OPENSSH PRIVATE KEY-----\nx\n-----END OPENSSH PRIVATE KEY-----"),
	})
	must(t, err)
	equal(t, "SSH key", token.HasSSHKey, true)
}

func TestDeletingUnlinks(t *testing.T) {
	client := newClient(t)
	organization := newOrganization(t, client)
	for name, remove := range map[string]func(*tfe.OAuthClient, string) error{
		"connection": func(connection *tfe.OAuthClient, _ string) error {
			return client.OAuthClients.Delete(ctx, connection.ID)
		},
		"token": func(_ *tfe.OAuthClient, tokenID string) error { return client.OAuthTokens.Delete(ctx, tokenID) },
	} {
		t.Run(name, func(t *testing.T) {
			connection, tokenID := newConnection(t, client, organization)
			_, otherID := newConnection(t, client, organization)
			options := func(tokenID string) tfe.WorkspaceCreateOptions {
				return tfe.WorkspaceCreateOptions{VCSRepo: &tfe.VCSRepoOptions{
					Identifier: tfe.String("group/project"), OAuthTokenID: &tokenID,
				}}
			}
			linked := newWorkspace(t, client, organization, options(tokenID))
			other := newWorkspace(t, client, organization, options(otherID))
			must(t, remove(connection, tokenID))
			after, err := client.Workspaces.ReadByID(ctx, linked.ID)
			must(t, err)
			if after.VCSRepo != nil {
				t.Errorf("still linked: %+v", after.VCSRepo)
			}
			kept, err := client.Workspaces.ReadByID(ctx, other.ID)
			must(t, err)
			equal(t, "the other's token", kept.VCSRepo.OAuthTokenID, otherID)
			_, err = client.OAuthTokens.Read(ctx, tokenID)
			fails(t, "a deleted token", err, tfe.ErrResourceNotFound)
		})
	}
}
