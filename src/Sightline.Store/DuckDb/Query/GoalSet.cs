using System.Globalization;
using Sightline.Core.Model;
using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>The project's goals by name; two goals of one name are one.</summary>
internal sealed class GoalSet
{
    private readonly StringDictionary strings;
    private readonly List<(string Name, List<uint> Ids, GoalReach Reach)> goals = [];

    public GoalSet(IReadOnlyList<Goal> goals, StringDictionary strings)
    {
        this.strings = strings;
        foreach (var goal in goals)
        {
            var index = this.goals.FindIndex(known => known.Name == goal.Name);
            if (index < 0)
            {
                index = this.goals.Count;
                this.goals.Add((goal.Name, [], new()));
            }
            this.goals[index].Ids.Add(goal.Id);
            this.goals[index].Reach.Add(GoalReach.Of(goal, strings));
        }
    }

    public int Count => goals.Count;

    public string Name(int index) => goals[index].Name;

    public GoalReach Reach(int index) => goals[index].Reach;

    public GoalReach Any()
    {
        GoalReach any = new();
        goals.ForEach(goal => any.Add(goal.Reach));
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
                && goals[i].Ids.Exists(id => leaf.Values.Contains(id.ToString(CultureInfo.InvariantCulture)));
            if (byName[i] || byId)
            {
                named.Add(goals[i].Reach);
            }
        }
        return named;
    }
}
