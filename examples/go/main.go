// A whole workspace from a file: add, change or remove a row, then `pulumi preview`.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"pulumi-notion/sdk/go/notion"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		roster := "members.csv"
		_, err := notion.NewNotionWorkspace(ctx, "acme", &notion.NotionWorkspaceArgs{Roster: &roster})
		return err
	})
}
