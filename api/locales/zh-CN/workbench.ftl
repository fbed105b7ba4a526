workbench-title = 待办
workbench-lead = 需要您办理的事情，按期限先后排列。
workbench-nothing = 现在没有需要您办理的事情。
todo-due = { $day }前
