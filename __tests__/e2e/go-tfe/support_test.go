// Package conformance drives a running sandbox with go-tfe, the client that the Terraform provider uses, so that the sandbox is
// held to somebody else's understanding of the API. The sandbox is named by TFE_ADDRESS, TFE_TOKEN and TFE_ORGANIZATION.
package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strings"
	"sync/atomic"
	"testing"

	tfe "github.com/hashicorp/go-tfe"
)

var ctx = context.Background()

func env(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set: start a sandbox and name it (TFE_ADDRESS, TFE_TOKEN, TFE_ORGANIZATION)", name)
	}
	return value
}

func newClient(t *testing.T) *tfe.Client {
	t.Helper()
	client, err := tfe.NewClient(&tfe.Config{Address: env(t, "TFE_ADDRESS"), Token: env(t, "TFE_TOKEN")})
	must(t, err)
	return client
}

var counter atomic.Int64

// unique gives a name that no other test of this run uses.
func unique(prefix string) string {
	return fmt.Sprintf("%s-%d", prefix, counter.Add(1))
}

// newOrganization makes an organization for one test, and removes it afterwards.
func newOrganization(t *testing.T, client *tfe.Client) string {
	t.Helper()
	name := unique("conformance")
	organization, err := client.Organizations.Create(ctx, tfe.OrganizationCreateOptions{
		Name:  tfe.String(name),
		Email: tfe.String("owner@example.test"),
	})
	must(t, err)
	t.Cleanup(func() { must(t, client.Organizations.Delete(ctx, organization.Name)) })
	return organization.Name
}

// newConnection makes a GitLab connection and returns it with its token's id.
func newConnection(t *testing.T, client *tfe.Client, organization string) (*tfe.OAuthClient, string) {
	t.Helper()
	connection, err := client.OAuthClients.Create(ctx, organization, tfe.OAuthClientCreateOptions{
		Name:            tfe.String("GitLab"),
		APIURL:          tfe.String("https://gitlab.example.test/api/v4"),
		HTTPURL:         tfe.String("https://gitlab.example.test"),
		OAuthToken:      tfe.String("glpat-conformance"),
		ServiceProvider: tfe.ServiceProvider(tfe.ServiceProviderGitlabCE),
	})
	must(t, err)
	if len(connection.OAuthTokens) != 1 {
		t.Fatalf("a new connection has %d tokens, expected 1", len(connection.OAuthTokens))
	}
	return connection, connection.OAuthTokens[0].ID
}

func newWorkspace(t *testing.T, client *tfe.Client, organization string, options tfe.WorkspaceCreateOptions) *tfe.Workspace {
	t.Helper()
	if options.Name == nil {
		options.Name = tfe.String(unique("workspace"))
	}
	workspace, err := client.Workspaces.Create(ctx, organization, options)
	must(t, err)
	return workspace
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T any](t *testing.T, what string, got, expected T) {
	t.Helper()
	if !reflect.DeepEqual(got, expected) {
		t.Errorf("%s: got %v, expected %v", what, got, expected)
	}
}

// fails checks that an error is the one that go-tfe has for the situation.
func fails(t *testing.T, what string, err, expected error) {
	t.Helper()
	if !errors.Is(err, expected) {
		t.Errorf("%s: got %v, expected %v", what, err, expected)
	}
}

// refused checks that the server said no, in words that hold a text.
func refused(t *testing.T, what string, err error, text string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("%s: got %v, expected an error with %q", what, err, text)
	}
}

func sorted(values []string) []string {
	copied := append([]string{}, values...)
	sort.Strings(copied)
	return copied
}
