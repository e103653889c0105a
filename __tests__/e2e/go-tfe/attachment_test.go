package conformance

import (
	"testing"
	"time"

	tfe "github.com/hashicorp/go-tfe"
)

func TestPolicySet(t *testing.T) {
	client := newClient(t)
	organization := newOrganization(t, client)
	_, oldID := newConnection(t, client, organization)
	_, newID := newConnection(t, client, organization)
	one := newWorkspace(t, client, organization, tfe.WorkspaceCreateOptions{})
	two := newWorkspace(t, client, organization, tfe.WorkspaceCreateOptions{})
	project, err := client.Projects.Create(ctx, organization, tfe.ProjectCreateOptions{Name: "Checked"})
	must(t, err)
	set, err := client.PolicySets.Create(ctx, organization, tfe.PolicySetCreateOptions{
		Name:         tfe.String("policies"),
		Description:  tfe.String("what must hold"),
		Kind:         tfe.OPA,
		Overridable:  tfe.Bool(true),
		PoliciesPath: tfe.String("policies/prod"),
		VCSRepo: &tfe.VCSRepoOptions{
			Identifier: tfe.String("group/policies"), Branch: tfe.String("main"), OAuthTokenID: &oldID,
		},
		Workspaces: []*tfe.Workspace{one},
	})
	must(t, err)
	equal(t, "kind", set.Kind, tfe.OPA)
	equal(t, "overridable", *set.Overridable, true)
	equal(t, "workspaces", set.WorkspaceCount, 1)

	repointed, err := client.PolicySets.Update(ctx, set.ID, tfe.PolicySetUpdateOptions{
		VCSRepo: &tfe.VCSRepoOptions{OAuthTokenID: &newID},
	})
	must(t, err)
	equal(t, "token", repointed.VCSRepo.OAuthTokenID, newID)
	equal(t, "kept branch", repointed.VCSRepo.Branch, "main")
	equal(t, "kept path", repointed.PoliciesPath, "policies/prod")
	equal(t, "kept workspace", repointed.Workspaces[0].ID, one.ID)

	must(t, client.PolicySets.AddWorkspaces(ctx, set.ID, tfe.PolicySetAddWorkspacesOptions{Workspaces: []*tfe.Workspace{two}}))
	must(t, client.PolicySets.RemoveWorkspaces(ctx, set.ID, tfe.PolicySetRemoveWorkspacesOptions{Workspaces: []*tfe.Workspace{one}}))
	must(t, client.PolicySets.AddProjects(ctx, set.ID, tfe.PolicySetAddProjectsOptions{Projects: []*tfe.Project{project}}))
	must(t, client.PolicySets.AddWorkspaceExclusions(ctx, set.ID, tfe.PolicySetAddWorkspaceExclusionsOptions{
		WorkspaceExclusions: []*tfe.Workspace{one},
	}))
	read, err := client.PolicySets.Read(ctx, set.ID)
	must(t, err)
	equal(t, "workspace", read.Workspaces[0].ID, two.ID)
	equal(t, "project", read.Projects[0].ID, project.ID)
	equal(t, "exclusion", read.WorkspaceExclusions[0].ID, one.ID)
	must(t, client.PolicySets.RemoveProjects(ctx, set.ID, tfe.PolicySetRemoveProjectsOptions{Projects: []*tfe.Project{project}}))
	must(t, client.PolicySets.RemoveWorkspaceExclusions(ctx, set.ID, tfe.PolicySetRemoveWorkspaceExclusionsOptions{
		WorkspaceExclusions: []*tfe.Workspace{one},
	}))
	err = client.PolicySets.AddWorkspaces(ctx, set.ID, tfe.PolicySetAddWorkspacesOptions{
		Workspaces: []*tfe.Workspace{{ID: "ws-DoesNotExist0000"}},
	})
	refused(t, "a workspace that is not there", err, "not found")

	listed, err := client.PolicySets.List(ctx, organization, &tfe.PolicySetListOptions{Search: "POLI", Kind: tfe.OPA})
	must(t, err)
	equal(t, "policy sets", len(listed.Items), 1)
	equal(t, "relations left", len(listed.Items[0].Projects)+len(listed.Items[0].WorkspaceExclusions), 0)
	must(t, client.PolicySets.Delete(ctx, set.ID))
	_, err = client.PolicySets.Read(ctx, set.ID)
	fails(t, "a deleted policy set", err, tfe.ErrResourceNotFound)
}

func TestRegistryModule(t *testing.T) {
	client := newClient(t)
	organization := newOrganization(t, client)
	_, tokenID := newConnection(t, client, organization)
	module, err := client.RegistryModules.CreateWithVCSConnection(ctx, tfe.RegistryModuleCreateWithVCSConnectionOptions{
		VCSRepo: &tfe.RegistryModuleVCSRepoOptions{
			Identifier:        tfe.String("group/terraform-aws-network"),
			DisplayIdentifier: tfe.String("group/terraform-aws-network"),
			OrganizationName:  &organization,
			OAuthTokenID:      &tokenID,
			Branch:            tfe.String("main"),
		},
		InitialVersion: tfe.String("1.0.0"),
		TestConfig:     &tfe.RegistryModuleTestConfigOptions{TestsEnabled: tfe.Bool(true)},
	})
	must(t, err)
	equal(t, "name", module.Name, "network")
	equal(t, "provider", module.Provider, "aws")
	equal(t, "publishing", module.PublishingMechanism, tfe.PublishingMechanismBranch)
	equal(t, "tests", module.TestConfig.TestsEnabled, true)
	equal(t, "tags", module.VCSRepo.Tags, false)
	equal(t, "status", module.Status, tfe.RegistryModuleStatusPending)
	id := tfe.RegistryModuleID{
		Organization: organization, Name: module.Name, Provider: module.Provider,
		Namespace: organization, RegistryName: tfe.PrivateRegistry,
	}
	read, err := client.RegistryModules.Read(ctx, id)
	must(t, err)
	equal(t, "id", read.ID, module.ID)
	equal(t, "status before it is published", read.Status, tfe.RegistryModuleStatusPending)
	for deadline := time.Now().Add(30 * time.Second); read.Status == tfe.RegistryModuleStatusPending && time.Now().Before(deadline); {
		time.Sleep(100 * time.Millisecond)
		read, err = client.RegistryModules.Read(ctx, id)
		must(t, err)
	}
	equal(t, "status once published", read.Status, tfe.RegistryModuleStatusSetupComplete)
	equal(t, "version", read.VersionStatuses[0].Version, "1.0.0")
	read, err = client.RegistryModules.Read(ctx, tfe.RegistryModuleID{ID: module.ID})
	must(t, err)
	equal(t, "organization", read.Organization.Name, organization)

	updated, err := client.RegistryModules.Update(ctx, id, tfe.RegistryModuleUpdateOptions{
		NoCode:  tfe.Bool(true),
		VCSRepo: &tfe.RegistryModuleVCSRepoUpdateOptions{Tags: tfe.Bool(true), Branch: tfe.String("")},
	})
	must(t, err)
	equal(t, "tests of tags", updated.TestConfig == nil, true)
	equal(t, "no-code", updated.NoCode, true)
	equal(t, "publishing", updated.PublishingMechanism, tfe.PublishingMechanismTag)
	equal(t, "kept token", updated.VCSRepo.OAuthTokenID, tokenID)

	_, err = client.RegistryModules.Update(ctx, id, tfe.RegistryModuleUpdateOptions{
		TestConfig: &tfe.RegistryModuleTestConfigOptions{TestsEnabled: tfe.Bool(true)},
	})
	refused(t, "tests of tags", err, "Tests need")

	version, err := client.RegistryModules.ReadVersion(ctx, id, "1.0.0")
	must(t, err)
	equal(t, "status", version.Status, tfe.RegistryModuleVersionStatusOk)
	must(t, client.RegistryModules.DeleteVersion(ctx, id, "1.0.0"))
	_, err = client.RegistryModules.ReadVersion(ctx, id, "1.0.0")
	fails(t, "a deleted version", err, tfe.ErrResourceNotFound)

	listed, err := client.RegistryModules.List(ctx, organization, &tfe.RegistryModuleListOptions{Search: "net", Provider: "aws"})
	must(t, err)
	equal(t, "modules", len(listed.Items), 1)
	must(t, client.RegistryModules.DeleteProvider(ctx, id))
	_, err = client.RegistryModules.Read(ctx, id)
	fails(t, "a deleted module", err, tfe.ErrResourceNotFound)
}

func TestRegistryModulePublishedFromTags(t *testing.T) {
	client := newClient(t)
	organization := newOrganization(t, client)
	_, tokenID := newConnection(t, client, organization)
	module, err := client.RegistryModules.CreateWithVCSConnection(ctx, tfe.RegistryModuleCreateWithVCSConnectionOptions{
		VCSRepo: &tfe.RegistryModuleVCSRepoOptions{
			Identifier:        tfe.String("group/terraform-gcp-db"),
			DisplayIdentifier: tfe.String("group/terraform-gcp-db"),
			OAuthTokenID:      &tokenID,
		},
	})
	must(t, err)
	equal(t, "publishing", module.PublishingMechanism, tfe.PublishingMechanismTag)
	equal(t, "organization of the token", module.Organization.Name, organization)
}

func TestRegistryModuleWithoutLink(t *testing.T) {
	client := newClient(t)
	organization := newOrganization(t, client)
	module, err := client.RegistryModules.Create(ctx, organization, tfe.RegistryModuleCreateOptions{
		Name: tfe.String("plain"), Provider: tfe.String("aws"), RegistryName: tfe.PrivateRegistry,
	})
	must(t, err)
	if module.VCSRepo != nil {
		t.Errorf("linked: %+v", module.VCSRepo)
	}
	id := tfe.RegistryModuleID{
		Organization: organization, Name: "plain", Provider: "aws", Namespace: organization, RegistryName: tfe.PrivateRegistry,
	}
	version, err := client.RegistryModules.CreateVersion(ctx, id, tfe.RegistryModuleCreateVersionOptions{Version: tfe.String("1.2.3")})
	must(t, err)
	equal(t, "version", version.Version, "1.2.3")
	must(t, client.RegistryModules.DeleteByName(ctx, id))
	_, err = client.RegistryModules.Read(ctx, id)
	fails(t, "a deleted module", err, tfe.ErrResourceNotFound)
}

func TestStack(t *testing.T) {
	client := newClient(t)
	organization := newOrganization(t, client)
	_, oldID := newConnection(t, client, organization)
	_, newID := newConnection(t, client, organization)
	project, err := client.Projects.Create(ctx, organization, tfe.ProjectCreateOptions{Name: "Stacked"})
	must(t, err)
	stack, err := client.Stacks.Create(ctx, tfe.StackCreateOptions{
		Name:        "network",
		Description: tfe.String("what it is for"),
		Project:     project,
		VCSRepo:     &tfe.StackVCSRepoOptions{Identifier: "group/stack", Branch: "main", OAuthTokenID: oldID},
	})
	must(t, err)
	equal(t, "project", stack.Project.ID, project.ID)
	equal(t, "branch", stack.VCSRepo.Branch, "main")
	updated, err := client.Stacks.Update(ctx, stack.ID, tfe.StackUpdateOptions{
		VCSRepo: &tfe.StackVCSRepoOptions{Identifier: "group/stack", Branch: "main", OAuthTokenID: newID},
	})
	must(t, err)
	equal(t, "token", updated.VCSRepo.OAuthTokenID, newID)
	equal(t, "kept description", updated.Description, "what it is for")
	listed, err := client.Stacks.List(ctx, organization, &tfe.StackListOptions{
		ProjectID: project.ID, SearchByName: "NET", Sort: tfe.StackSortByUpdatedAtDesc,
	})
	must(t, err)
	equal(t, "stacks", len(listed.Items), 1)
	fetched, err := client.Stacks.FetchLatestFromVcs(ctx, stack.ID)
	must(t, err)
	equal(t, "fetched", fetched.ID, stack.ID)
	must(t, client.Stacks.ForceDelete(ctx, stack.ID))
	_, err = client.Stacks.Read(ctx, stack.ID)
	fails(t, "a deleted stack", err, tfe.ErrResourceNotFound)
}
