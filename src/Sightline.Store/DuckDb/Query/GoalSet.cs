using System.Globalization;
using Sightline.Core.Model;
using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>The project's goals by name; two goals of one name are one. What reaches them is looked up when it is first asked for: most queries never do.</summary>
internal sealed class GoalSet
{
    private readonly StringDictionary strings;
    private readonly List<(string Name, List<Goal> Goals)> goals = [];
    private readonly GoalReach?[] reaches;

    public GoalSet(IReadOnlyList<Goal> goals, StringDictionary strings)
    {
        this.strings = strings;
        foreach (var goal in goals)
        {
            var index = this.goals.FindIndex(known => known.Name == goal.Name);
            if (index < 0)
            {
                index = this.goals.Count;
                this.goals.Add((goal.Name, []));
            }
            this.goals[index].Goals.Add(goal);
        }
        reaches = new GoalReach?[this.goals.Count];
    }

    public int Count => goals.Count;

    public string Name(int index) => goals[index].Name;

    public GoalReach Reach(int index)
    {
        if (reaches[index] is not { } reach)
        {
            reach = new();
            goals[index].Goals.ForEach(goal => reach.Add(GoalReach.Of(goal, strings)));
            reaches[index] = reach;
        }
        return reach;
    }

    public GoalReach Any()
    {
        GoalReach any = new();
        for (var i = 0; i < goals.Count; i++)
        {
            any.Add(Reach(i));
        }
        return any;
    }

    /// <summary>The goals a condition means, by name, or with <c>is</c> also by id.</summary>
    public GoalReach Named(LeafFilter leaf)
    {
        GoalReach named = new();
        var byName = strings.Holds([.. goals.Select(goal => goal.Name)], leaf);
        for (var i = 0; i < goals.Count; i++)
        {
            var byId = leaf.Operator == FilterOperator.Is
                && goals[i].Goals.Exists(goal => leaf.Values.Contains(goal.Id.ToString(CultureInfo.InvariantCulture)));
            if (byName[i] || byId)
            {
                named.Add(Reach(i));
            }
        }
        return named;
    }
}
