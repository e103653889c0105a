package conformance

import (
	"testing"

	tfe "github.com/hashicorp/go-tfe"
)

func TestServer(t *testing.T) {
	client := newClient(t)
	equal(t, "application", client.AppName(), "Terraform Enterprise")
	equal(t, "enterprise", client.IsEnterprise(), true)
	equal(t, "API version", client.RemoteAPIVersion(), "2.6")
	if client.RemoteTFEVersion() == "" {
		t.Error("Terraform Enterprise names no version")
	}
	user, err := client.Users.ReadCurrent(ctx)
	must(t, err)
	equal(t, "user", user.Username, "sandbox")
}

func TestWrongToken(t *testing.T) {
	client, err := tfe.NewClient(&tfe.Config{Address: env(t, "TFE_ADDRESS"), Token: "wrong"})
	must(t, err)
	_, err = client.Organizations.List(ctx, nil)
	fails(t, "list with a wrong token", err, tfe.ErrUnauthorized)
}

func TestOrganization(t *testing.T) {
	client := newClient(t)
	name := newOrganization(t, client)

	read, err := client.Organizations.Read(ctx, name)
	must(t, err)
	equal(t, "email", read.Email, "owner@example.test")
	equal(t, "default mode", read.DefaultExecutionMode, "remote")
	if read.DefaultProject == nil || read.DefaultProject.ID == "" {
		t.Fatal("an organization without a default project")
	}

	_, err = client.Organizations.Create(ctx, tfe.OrganizationCreateOptions{
		Name: tfe.String(name), Email: tfe.String("owner@example.test"),
	})
	refused(t, "a second organization of the same name", err, "taken")

	updated, err := client.Organizations.Update(ctx, name, tfe.OrganizationUpdateOptions{
		Email: tfe.String("other@example.test"), SessionTimeout: tfe.Int(3600),
	})
	must(t, err)
	equal(t, "changed email", updated.Email, "other@example.test")
	equal(t, "session timeout", updated.SessionTimeout, 3600)

	listed, err := client.Organizations.List(ctx, &tfe.OrganizationListOptions{Query: name})
	must(t, err)
	equal(t, "organizations found", len(listed.Items), 1)

	entitlements, err := client.Organizations.ReadEntitlements(ctx, name)
	must(t, err)
	equal(t, "VCS entitlement", entitlements.VCSIntegrations, true)
	equal(t, "registry entitlement", entitlements.PrivateModuleRegistry, true)

	_, err = client.Organizations.Read(ctx, "does-not-exist")
	fails(t, "an organization that is not there", err, tfe.ErrResourceNotFound)
}

func TestOrganizationIsRenamed(t *testing.T) {
	client := newClient(t)
	first, err := client.Organizations.Create(ctx, tfe.OrganizationCreateOptions{
		Name: tfe.String(unique("before")), Email: tfe.String("owner@example.test"),
	})
	must(t, err)
	workspace := newWorkspace(t, client, first.Name, tfe.WorkspaceCreateOptions{})
	renamed, err := client.Organizations.Update(ctx, first.Name, tfe.OrganizationUpdateOptions{
		Name: tfe.String(unique("after")),
	})
	must(t, err)
	_, err = client.Organizations.Read(ctx, first.Name)
	fails(t, "the old name", err, tfe.ErrResourceNotFound)
	read, err := client.Workspaces.Read(ctx, renamed.Name, workspace.Name)
	must(t, err)
	equal(t, "workspace", read.ID, workspace.ID)
	must(t, client.Organizations.Delete(ctx, renamed.Name))
	_, err = client.Workspaces.ReadByID(ctx, workspace.ID)
	fails(t, "a workspace of a deleted organization", err, tfe.ErrResourceNotFound)
}

func TestProject(t *testing.T) {
	client := newClient(t)
	organization := newOrganization(t, client)
	project, err := client.Projects.Create(ctx, organization, tfe.ProjectCreateOptions{
		Name:        "Data platform",
		Description: tfe.String("what it is for"),
		TagBindings: []*tfe.TagBinding{{Key: "env", Value: "prod"}},
	})
	must(t, err)
	equal(t, "organization", project.Organization.Name, organization)

	_, err = client.Projects.Create(ctx, organization, tfe.ProjectCreateOptions{Name: "Data platform"})
	refused(t, "a second project of the same name", err, "taken")

	listed, err := client.Projects.List(ctx, organization, &tfe.ProjectListOptions{Name: "Data platform"})
	must(t, err)
	equal(t, "projects of the name", len(listed.Items), 1)
	all, err := client.Projects.List(ctx, organization, nil)
	must(t, err)
	equal(t, "projects, the default one included", all.TotalCount, 2)

	updated, err := client.Projects.Update(ctx, project.ID, tfe.ProjectUpdateOptions{Name: tfe.String("Data")})
	must(t, err)
	equal(t, "changed name", updated.Name, "Data")
	equal(t, "kept description", updated.Description, "what it is for")

	bindings, err := client.Projects.AddTagBindings(ctx, project.ID, tfe.ProjectAddTagBindingsOptions{
		TagBindings: []*tfe.TagBinding{{Key: "env", Value: "stage"}, {Key: "owner", Value: "me"}},
	})
	must(t, err)
	equal(t, "bindings", len(bindings), 2)
	effective, err := client.Projects.ListEffectiveTagBindings(ctx, project.ID)
	must(t, err)
	equal(t, "effective bindings", len(effective), 2)

	workspace := newWorkspace(t, client, organization, tfe.WorkspaceCreateOptions{Project: project})
	refused(t, "deleting a project with a workspace", client.Projects.Delete(ctx, project.ID), "workspaces")
	must(t, client.Workspaces.DeleteByID(ctx, workspace.ID))
	must(t, client.Projects.Delete(ctx, project.ID))
	_, err = client.Projects.Read(ctx, project.ID)
	fails(t, "a deleted project", err, tfe.ErrResourceNotFound)
}

func TestSSHKeyAndAgentPool(t *testing.T) {
	client := newClient(t)
	organization := newOrganization(t, client)
	key, err := client.SSHKeys.Create(ctx, organization, tfe.SSHKeyCreateOptions{
		Name: tfe.String("submodules"), Value: tfe.String("-----BEGIN RSA PRIVATE KEY-----"),
	})
	must(t, err)
	key, err = client.SSHKeys.Update(ctx, key.ID, tfe.SSHKeyUpdateOptions{Name: tfe.String("other")})
	must(t, err)
	workspace := newWorkspace(t, client, organization, tfe.WorkspaceCreateOptions{})
	assigned, err := client.Workspaces.AssignSSHKey(ctx, workspace.ID, tfe.WorkspaceAssignSSHKeyOptions{SSHKeyID: &key.ID})
	must(t, err)
	equal(t, "assigned key", assigned.SSHKey.ID, key.ID)
	unassigned, err := client.Workspaces.UnassignSSHKey(ctx, workspace.ID)
	must(t, err)
	if unassigned.SSHKey != nil {
		t.Error("the key is still assigned")
	}
	keys, err := client.SSHKeys.List(ctx, organization, nil)
	must(t, err)
	equal(t, "keys", len(keys.Items), 1)
	must(t, client.SSHKeys.Delete(ctx, key.ID))
	_, err = client.SSHKeys.Read(ctx, key.ID)
	fails(t, "a deleted key", err, tfe.ErrResourceNotFound)

	pools, err := client.AgentPools.List(ctx, env(t, "TFE_ORGANIZATION"), nil)
	must(t, err)
	equal(t, "agent pools of the fleet", len(pools.Items), 2)
	pool, err := client.AgentPools.Read(ctx, pools.Items[0].ID)
	must(t, err)
	equal(t, "agent pool", pool.Name, pools.Items[0].Name)
}
