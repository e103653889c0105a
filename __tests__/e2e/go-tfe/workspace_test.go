package conformance

import (
	"fmt"
	"testing"
	"time"

	tfe "github.com/hashicorp/go-tfe"
)

func TestWorkspaceDefaults(t *testing.T) {
	client := newClient(t)
	organization := newOrganization(t, client)
	created := newWorkspace(t, client, organization, tfe.WorkspaceCreateOptions{})
	read, err := client.Workspaces.Read(ctx, organization, created.Name)
	must(t, err)
	equal(t, "id", read.ID, created.ID)
	equal(t, "allow destroy plan", read.AllowDestroyPlan, true)
	equal(t, "execution mode", read.ExecutionMode, "remote")
	equal(t, "own execution mode", *read.SettingOverwrites.ExecutionMode, false)
	equal(t, "file triggers", read.FileTriggersEnabled, true)
	equal(t, "queue all runs", read.QueueAllRuns, false)
	equal(t, "speculative", read.SpeculativeEnabled, true)
	equal(t, "structured output", read.StructuredRunOutputEnabled, true)
	equal(t, "operations", read.Operations, true)
	equal(t, "inherits auto destroy", read.InheritsProjectAutoDestroy, true)
	equal(t, "auto destroy at", read.AutoDestroyAt.IsSpecified(), false)
	equal(t, "source", read.Source, tfe.WorkspaceSourceAPI)
	equal(t, "locked", read.Locked, false)
	equal(t, "can force delete", *read.Permissions.CanForceDelete, true)
	if read.VCSRepo != nil || read.Project == nil || read.CreatedAt.IsZero() {
		t.Errorf("unexpected: %+v", read)
	}
}

func TestWorkspaceSettings(t *testing.T) {
	client := newClient(t)
	organization := newOrganization(t, client)
	project, err := client.Projects.Create(ctx, organization, tfe.ProjectCreateOptions{
		Name: "Home", TagBindings: []*tfe.TagBinding{{Key: "tier", Value: "1"}, {Key: "env", Value: "inherited"}},
	})
	must(t, err)
	at := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	created := newWorkspace(t, client, organization, tfe.WorkspaceCreateOptions{
		Description:      tfe.String("a \"quoted\" ${text}\nwith ∞"),
		AutoApply:        tfe.Bool(true),
		AutoDestroyAt:    tfe.NullableTime(at),
		ExecutionMode:    tfe.String("local"),
		SourceName:       tfe.String("a tool"),
		SourceURL:        tfe.String("https://example.test"),
		TerraformVersion: tfe.String("~> 1.10.0"),
		TriggerPrefixes:  []string{"/modules"},
		WorkingDirectory: tfe.String("infra/prod"),
		Project:          project,
		Tags:             []*tfe.Tag{{Name: "b"}, {Name: "a"}},
		TagBindings:      []*tfe.TagBinding{{Key: "env", Value: "prod"}},
	})
	equal(t, "description", created.Description, "a \"quoted\" ${text}\nwith ∞")
	equal(t, "auto apply", created.AutoApply, true)
	destroyAt, err := created.AutoDestroyAt.Get()
	must(t, err)
	equal(t, "auto destroy at", destroyAt.Equal(at), true)
	equal(t, "inherits auto destroy", created.InheritsProjectAutoDestroy, false)
	equal(t, "operations", created.Operations, false)
	equal(t, "own execution mode", *created.SettingOverwrites.ExecutionMode, true)
	equal(t, "source name", created.SourceName, "a tool")
	equal(t, "version", created.TerraformVersion, "~> 1.10.0")
	equal(t, "prefixes", created.TriggerPrefixes, []string{"/modules"})
	equal(t, "directory", created.WorkingDirectory, "infra/prod")
	equal(t, "project", created.Project.ID, project.ID)
	equal(t, "tag names", created.TagNames, []string{"a", "b"})

	read, err := client.Workspaces.ReadByIDWithOptions(ctx, created.ID, &tfe.WorkspaceReadOptions{
		Include: []tfe.WSIncludeOpt{tfe.WSEffectiveTagBindings, tfe.WSProject},
	})
	must(t, err)
	bindings := []string{}
	for _, binding := range read.EffectiveTagBindings {
		bindings = append(bindings, fmt.Sprintf("%s=%s %d", binding.Key, binding.Value, len(binding.Links)))
	}
	equal(t, "effective bindings; those of the project are marked", sorted(bindings), []string{"env=prod 0", "tier=1 1"})
	equal(t, "included project", read.Project.Name, "Home")

	updated, err := client.Workspaces.UpdateByID(ctx, created.ID, tfe.WorkspaceUpdateOptions{
		AutoDestroyAt:               tfe.NullTime(),
		AutoDestroyActivityDuration: nil,
		TriggerPatterns:             []string{"/**/*.tf"},
		SettingOverwrites:           &tfe.WorkspaceSettingOverwritesOptions{ExecutionMode: tfe.Bool(false)},
	})
	must(t, err)
	equal(t, "cleared auto destroy", updated.AutoDestroyAt.IsSpecified(), false)
	equal(t, "patterns", updated.TriggerPatterns, []string{"/**/*.tf"})
	equal(t, "prefixes, which patterns exclude", len(updated.TriggerPrefixes), 0)
	equal(t, "default execution mode", updated.ExecutionMode, "remote")
	equal(t, "kept directory", updated.WorkingDirectory, "infra/prod")
}

func TestWorkspaceIsRefused(t *testing.T) {
	client := newClient(t)
	organization := newOrganization(t, client)
	first := newWorkspace(t, client, organization, tfe.WorkspaceCreateOptions{})
	_, err := client.Workspaces.Create(ctx, organization, tfe.WorkspaceCreateOptions{Name: &first.Name})
	refused(t, "a name that is taken", err, "taken")
	_, err = client.Workspaces.Update(ctx, organization, first.Name, tfe.WorkspaceUpdateOptions{
		TerraformVersion: tfe.String("nonexisting"),
	})
	refused(t, "a version that is none", err, "version")
	_, err = client.Workspaces.Update(ctx, organization, first.Name, tfe.WorkspaceUpdateOptions{
		ExecutionMode: tfe.String("sometimes"),
	})
	refused(t, "a mode that is none", err, "Execution mode")
	_, err = client.Workspaces.Update(ctx, organization, first.Name, tfe.WorkspaceUpdateOptions{
		ExecutionMode: tfe.String("agent"), AgentPoolID: tfe.String("apool-DoesNotExist"),
	})
	refused(t, "an agent pool that is not there", err, "Agent pool")
	_, err = client.Workspaces.ReadWithOptions(ctx, organization, first.Name, &tfe.WorkspaceReadOptions{
		Include: []tfe.WSIncludeOpt{"nonsense"},
	})
	fails(t, "an include that is none", err, tfe.ErrInvalidIncludeValue)
	_, err = client.Workspaces.Read(ctx, organization, "does-not-exist")
	fails(t, "a workspace that is not there", err, tfe.ErrResourceNotFound)
}

func TestWorkspaceLink(t *testing.T) {
	client := newClient(t)
	organization := newOrganization(t, client)
	_, oldID := newConnection(t, client, organization)
	_, newID := newConnection(t, client, organization)
	created := newWorkspace(t, client, organization, tfe.WorkspaceCreateOptions{VCSRepo: &tfe.VCSRepoOptions{
		Identifier:        tfe.String("group/sub/project"),
		Branch:            tfe.String("release/1.x"),
		IngressSubmodules: tfe.Bool(true),
		OAuthTokenID:      &oldID,
		TagsRegex:         tfe.String("v\\d+"),
	}})
	equal(t, "display identifier", created.VCSRepo.DisplayIdentifier, "group/sub/project")
	equal(t, "repository", created.VCSRepo.RepositoryHTTPURL, "https://gitlab.example.test/group/sub/project")
	equal(t, "service provider", created.VCSRepo.ServiceProvider, "gitlab_community_edition")
	equal(t, "file triggers with a tag regex", created.FileTriggersEnabled, false)
	if created.VCSRepo.WebhookURL == "" {
		t.Error("a link without a webhook")
	}

	expected := *created.VCSRepo
	expected.OAuthTokenID = newID
	repointed, err := client.Workspaces.UpdateByID(ctx, created.ID, tfe.WorkspaceUpdateOptions{
		VCSRepo: &tfe.VCSRepoOptions{OAuthTokenID: &newID},
	})
	must(t, err)
	equal(t, "only the token changes", *repointed.VCSRepo, expected)

	byName, err := client.Workspaces.Update(ctx, organization, created.Name, tfe.WorkspaceUpdateOptions{
		VCSRepo: &tfe.VCSRepoOptions{Branch: tfe.String(""), TagsRegex: tfe.String("")},
	})
	must(t, err)
	equal(t, "default branch", byName.VCSRepo.Branch, "")
	equal(t, "tag regex", byName.VCSRepo.TagsRegex, "")
	equal(t, "kept token", byName.VCSRepo.OAuthTokenID, newID)

	_, err = client.Workspaces.UpdateByID(ctx, created.ID, tfe.WorkspaceUpdateOptions{
		VCSRepo: &tfe.VCSRepoOptions{OAuthTokenID: tfe.String("ot-DoesNotExist0000")},
	})
	refused(t, "a token that is not there", err, "does not exist")

	unlinked, err := client.Workspaces.RemoveVCSConnectionByID(ctx, created.ID)
	must(t, err)
	if unlinked.VCSRepo != nil {
		t.Errorf("still linked: %+v", unlinked.VCSRepo)
	}
}

func TestWorkspaceLocks(t *testing.T) {
	client := newClient(t)
	organization := newOrganization(t, client)
	workspace := newWorkspace(t, client, organization, tfe.WorkspaceCreateOptions{})
	locked, err := client.Workspaces.Lock(ctx, workspace.ID, tfe.WorkspaceLockOptions{Reason: tfe.String("moving")})
	must(t, err)
	equal(t, "locked", locked.Locked, true)
	equal(t, "locked by a user", locked.LockedBy.User != nil, true)
	_, err = client.Workspaces.Lock(ctx, workspace.ID, tfe.WorkspaceLockOptions{})
	fails(t, "a second lock", err, tfe.ErrWorkspaceLocked)
	fails(t, "safe delete of a locked one", client.Workspaces.SafeDeleteByID(ctx, workspace.ID), tfe.ErrWorkspaceLockedCannotDelete)
	unlocked, err := client.Workspaces.Unlock(ctx, workspace.ID)
	must(t, err)
	equal(t, "unlocked", unlocked.Locked, false)
	_, err = client.Workspaces.Unlock(ctx, workspace.ID)
	fails(t, "a second unlock", err, tfe.ErrWorkspaceNotLocked)
	_, err = client.Workspaces.Lock(ctx, workspace.ID, tfe.WorkspaceLockOptions{})
	must(t, err)
	_, err = client.Workspaces.ForceUnlock(ctx, workspace.ID)
	must(t, err)
	_, err = client.Workspaces.ForceUnlock(ctx, workspace.ID)
	fails(t, "a second forced unlock", err, tfe.ErrWorkspaceNotLocked)
	runs, err := client.Runs.List(ctx, workspace.ID, nil)
	must(t, err)
	equal(t, "runs", len(runs.Items), 0)
}

func TestWorkspaceTags(t *testing.T) {
	client := newClient(t)
	organization := newOrganization(t, client)
	workspace := newWorkspace(t, client, organization, tfe.WorkspaceCreateOptions{})
	must(t, client.Workspaces.AddTags(ctx, workspace.ID, tfe.WorkspaceAddTagsOptions{Tags: []*tfe.Tag{{Name: "a"}, {Name: "b"}}}))
	tags, err := client.Workspaces.ListTags(ctx, workspace.ID, nil)
	must(t, err)
	equal(t, "tags", len(tags.Items), 2)
	must(t, client.Workspaces.RemoveTags(ctx, workspace.ID, tfe.WorkspaceRemoveTagsOptions{Tags: []*tfe.Tag{{ID: tags.Items[0].ID}}}))
	tags, err = client.Workspaces.ListTags(ctx, workspace.ID, nil)
	must(t, err)
	equal(t, "tags left", tags.Items[0].Name, "b")

	_, err = client.Workspaces.AddTagBindings(ctx, workspace.ID, tfe.WorkspaceAddTagBindingsOptions{
		TagBindings: []*tfe.TagBinding{{Key: "env", Value: "prod"}},
	})
	must(t, err)
	bindings, err := client.Workspaces.AddTagBindings(ctx, workspace.ID, tfe.WorkspaceAddTagBindingsOptions{
		TagBindings: []*tfe.TagBinding{{Key: "env", Value: "stage"}},
	})
	must(t, err)
	equal(t, "changed binding", bindings[0].Value, "stage")
	effective, err := client.Workspaces.ListEffectiveTagBindings(ctx, workspace.ID)
	must(t, err)
	equal(t, "effective bindings", len(effective), 1)
	must(t, client.Workspaces.DeleteAllTagBindings(ctx, workspace.ID))
	bindings, err = client.Workspaces.ListTagBindings(ctx, workspace.ID)
	must(t, err)
	equal(t, "bindings left", len(bindings), 0)
}

func TestRemoteStateConsumers(t *testing.T) {
	client := newClient(t)
	organization := newOrganization(t, client)
	owner := newWorkspace(t, client, organization, tfe.WorkspaceCreateOptions{})
	one := newWorkspace(t, client, organization, tfe.WorkspaceCreateOptions{})
	two := newWorkspace(t, client, organization, tfe.WorkspaceCreateOptions{})
	consumers := func() []string {
		list, err := client.Workspaces.ListRemoteStateConsumers(ctx, owner.ID, nil)
		must(t, err)
		ids := []string{}
		for _, workspace := range list.Items {
			ids = append(ids, workspace.ID)
		}
		return ids
	}
	must(t, client.Workspaces.AddRemoteStateConsumers(ctx, owner.ID, tfe.WorkspaceAddRemoteStateConsumersOptions{
		Workspaces: []*tfe.Workspace{one, two},
	}))
	equal(t, "added", consumers(), []string{one.ID, two.ID})
	must(t, client.Workspaces.RemoveRemoteStateConsumers(ctx, owner.ID, tfe.WorkspaceRemoveRemoteStateConsumersOptions{
		Workspaces: []*tfe.Workspace{one},
	}))
	equal(t, "removed", consumers(), []string{two.ID})
	must(t, client.Workspaces.UpdateRemoteStateConsumers(ctx, owner.ID, tfe.WorkspaceUpdateRemoteStateConsumersOptions{
		Workspaces: []*tfe.Workspace{one},
	}))
	equal(t, "replaced", consumers(), []string{one.ID})
	must(t, client.Workspaces.DeleteByID(ctx, one.ID))
	equal(t, "after a consumer was deleted", consumers(), []string{})
	err := client.Workspaces.AddRemoteStateConsumers(ctx, owner.ID, tfe.WorkspaceAddRemoteStateConsumersOptions{
		Workspaces: []*tfe.Workspace{{ID: "ws-DoesNotExist0000"}},
	})
	refused(t, "a consumer that is not there", err, "not found")
}

func TestWorkspaceDeletion(t *testing.T) {
	client := newClient(t)
	organization := newOrganization(t, client)
	for _, remove := range []func(*tfe.Workspace) error{
		func(w *tfe.Workspace) error { return client.Workspaces.Delete(ctx, organization, w.Name) },
		func(w *tfe.Workspace) error { return client.Workspaces.DeleteByID(ctx, w.ID) },
		func(w *tfe.Workspace) error { return client.Workspaces.SafeDelete(ctx, organization, w.Name) },
		func(w *tfe.Workspace) error { return client.Workspaces.SafeDeleteByID(ctx, w.ID) },
	} {
		workspace := newWorkspace(t, client, organization, tfe.WorkspaceCreateOptions{})
		must(t, remove(workspace))
		_, err := client.Workspaces.ReadByID(ctx, workspace.ID)
		fails(t, "a deleted workspace", err, tfe.ErrResourceNotFound)
	}
}

func TestWorkspaceList(t *testing.T) {
	client := newClient(t)
	organization := newOrganization(t, client)
	project, err := client.Projects.Create(ctx, organization, tfe.ProjectCreateOptions{Name: "Filtered"})
	must(t, err)
	for index := range 23 {
		options := tfe.WorkspaceCreateOptions{Name: tfe.String(fmt.Sprintf("app-%02d", index))}
		if index%2 == 0 {
			options.Tags = []*tfe.Tag{{Name: "even"}}
			options.TagBindings = []*tfe.TagBinding{{Key: "parity", Value: "even"}}
		}
		if index < 3 {
			options.Project = project
		}
		newWorkspace(t, client, organization, options)
	}
	count := func(options tfe.WorkspaceListOptions) int {
		list, err := client.Workspaces.List(ctx, organization, &options)
		must(t, err)
		return list.TotalCount
	}
	page, err := client.Workspaces.List(ctx, organization, nil)
	must(t, err)
	equal(t, "size of a page", len(page.Items), 20)
	equal(t, "first by name", page.Items[0].Name, "app-00")
	equal(t, "pagination", *page.Pagination, tfe.Pagination{CurrentPage: 1, NextPage: 2, TotalPages: 2, TotalCount: 23})
	last, err := client.Workspaces.List(ctx, organization, &tfe.WorkspaceListOptions{
		ListOptions: tfe.ListOptions{PageNumber: 3, PageSize: 10}, Sort: "-name",
	})
	must(t, err)
	equal(t, "last of a list turned round", last.Items[2].Name, "app-00")
	equal(t, "by part of the name", count(tfe.WorkspaceListOptions{Search: "APP-1"}), 10)
	equal(t, "by wildcard", count(tfe.WorkspaceListOptions{WildcardName: "*-2*"}), 3)
	equal(t, "by a wildcard without a star", count(tfe.WorkspaceListOptions{WildcardName: "app-0"}), 0)
	equal(t, "by tag", count(tfe.WorkspaceListOptions{Tags: "even"}), 12)
	equal(t, "without a tag", count(tfe.WorkspaceListOptions{ExcludeTags: "even"}), 11)
	equal(t, "by project", count(tfe.WorkspaceListOptions{ProjectID: project.ID}), 3)
	equal(t, "by binding", count(tfe.WorkspaceListOptions{
		TagBindings: []*tfe.TagBinding{{Key: "parity", Value: "even"}},
	}), 12)
	equal(t, "by the status of the current run", count(tfe.WorkspaceListOptions{CurrentRunStatus: "planning"}), 0)
	included, err := client.Workspaces.List(ctx, organization, &tfe.WorkspaceListOptions{
		Include: []tfe.WSIncludeOpt{tfe.WSEffectiveTagBindings, tfe.WSCurrentRun},
	})
	must(t, err)
	equal(t, "included binding", included.Items[0].EffectiveTagBindings[0].Key, "parity")
}
