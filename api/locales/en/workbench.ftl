workbench-title = To do
workbench-lead = What is waiting for you, by deadline.
workbench-nothing = Nothing is waiting for you now.
todo-due = by { $day }
